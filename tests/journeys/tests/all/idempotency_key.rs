//! Firefox can add an Idempotency-Key to every POST. The portal's own key must be the only one that arrives.

use credit_desk_journeys::{
    Engine, Setup,
    place::{Came, Host, Hosting},
};
use serde_json::json;

use crate::steps::{Kind, give_keys, key_of};

/// Every Idempotency-Key among the headers of a request.
fn keys(came: &Came) -> usize {
    came.headers.matches("\"idempotency-key\":").count()
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
        let host = Host::start(desk, Hosting::default()).await?;
        host.goto(desk, "/").await?;
        give_keys(desk).await?;
        for kind in Kind::BOTH {
            kind.send(desk, 20).await?;
            let key = key_of(desk, "receipt").await?;
            kind.is_made_once(desk, &key).await?;
            let movements = host.movements();
            let sent: Vec<_> = movements
                .iter()
                .filter(|came| came.key.as_deref() == Some(&*key))
                .collect();
            assert_eq!(sent.len(), 1, "{movements:?}");
            assert_eq!(keys(sent[0]), 1, "{sent:?}");
        }
        assert_eq!(host.movements().len(), 2, "and no other movement");
        // Firefox does add one where there is none: otherwise this journey would prove nothing.
        desk.js("return fetch('/v1/x', { method: 'POST' }).then(() => null)")
            .await?;
        let came = host.came();
        let other = came.iter().find(|came| came.what == "POST /v1/x");
        assert_eq!(other.map(keys), Some(1), "{other:?}");
        Ok(())
    });
}
