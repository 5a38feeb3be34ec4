//! Firefox can add an Idempotency-Key to every POST. The portal's own key must be the only one that arrives.

use credit_desk_journeys::{
    Engine, Setup,
    fake_host::{FakeHost, HostRequest, HostSettings},
};
use serde_json::json;

use crate::steps::{Kind, enter_keys, submission_key};

/// Counts the Idempotency-Key headers of a request.
fn count_keys(request: &HostRequest) -> usize {
    request.headers.matches("\"idempotency-key\":").count()
}

#[test]
fn the_key_that_arrives_is_the_portals_own() {
    let setup = Setup::default().only(
        [Engine::Firefox],
        "no other browser adds an Idempotency-Key",
    );
    setup.journey(async |desk| {
        desk.preference("network.http.idempotencyKey.enabled", json!(true))
            .await?;
        let host = FakeHost::start(desk, HostSettings::default()).await?;
        host.goto(desk, "/").await?;
        enter_keys(desk).await?;
        for kind in Kind::BOTH {
            kind.send(desk, 20).await?;
            let key = submission_key(desk, "receipt").await?;
            kind.assert_completed_once(desk, &key).await?;
            let movements = host.movements();
            let sent: Vec<_> = movements
                .iter()
                .filter(|request| request.idempotency_key.as_deref() == Some(&*key))
                .collect();
            assert_eq!(sent.len(), 1, "{movements:?}");
            assert_eq!(count_keys(sent[0]), 1, "{sent:?}");
        }
        assert_eq!(host.movements().len(), 2, "no other movement is sent");
        // Firefox does add one where there is none; otherwise this test would prove nothing.
        desk.js("return fetch('/v1/x', { method: 'POST' }).then(() => null)")
            .await?;
        let requests = host.requests();
        let other = requests
            .iter()
            .find(|request| request.route == "POST /v1/x");
        assert_eq!(other.map(count_keys), Some(1), "{other:?}");
        Ok(())
    });
}
