//! Organizations, their states, and their events.

use serde_json::{Value, json};

use crate::bench::{ARCHIVED, Bench, HARBOR, NORTHWIND, PARENT, SUSPENDED};

#[tokio::test]
async fn organizations_are_listed_newest_first_and_paged() {
    let bench = Bench::new().await;
    let all = bench.layers_get("/v1/organizations").await.ok();
    let ids: Vec<Value> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].clone())
        .collect();
    assert_eq!(ids.len(), 5);
    assert_eq!((&ids[0], &ids[4]), (&json!(NORTHWIND), &json!(ARCHIVED)));
    assert_eq!(all["nextCursor"], Value::Null);
    assert!(all["items"][0].get("summary").is_none());
    let mut paged = Vec::new();
    let mut path = "/v1/organizations?limit=2".to_owned();
    loop {
        let page = bench.layers_get(&path).await.ok();
        paged.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].clone()),
        );
        let Some(cursor) = page["nextCursor"].as_str() else {
            break;
        };
        path = format!("/v1/organizations?limit=2&cursor={cursor}");
    }
    assert_eq!(paged, ids);
    let suspended = bench
        .layers_get("/v1/organizations?status=suspended")
        .await
        .ok();
    assert_eq!(suspended["items"].as_array().unwrap().len(), 1);
    assert_eq!(suspended["items"][0]["id"], SUSPENDED);
    let one = bench
        .layers_get(&format!("/v1/organizations/{HARBOR}"))
        .await
        .ok();
    assert_eq!(
        (&one["summary"]["balance"], &one["summary"]["available"]),
        (&json!(3200), &json!(3080))
    );
    assert_eq!(one["parentOrganizationId"], PARENT);
}

#[tokio::test]
async fn events_are_paged_without_gaps_or_repeats() {
    let bench = Bench::new().await;
    for at in 0..7 {
        bench
            .allocate(NORTHWIND, &format!("k{at}"), json!({"credits": at + 1}))
            .await
            .ok();
    }
    let path = format!("/v1/organizations/{NORTHWIND}/credits/events");
    let mut credits = Vec::new();
    let mut next = format!("{path}?limit=3");
    loop {
        let page = bench.layers_get(&next).await.ok();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        credits.extend(items.iter().map(|item| item["credits"].as_i64().unwrap()));
        let Some(cursor) = page["nextCursor"].as_str() else {
            break;
        };
        next = format!("{path}?limit=3&cursor={cursor}");
    }
    assert_eq!(credits, [7, 6, 5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn events_are_filtered_by_type_time_and_project() {
    let bench = Bench::new().await;
    let count = async |path: String| {
        bench.layers_get(&path).await.ok()["items"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(
        count("/v1/credits/events?eventType=purchase".to_owned()).await,
        1
    );
    let newest = bench.layers_get("/v1/credits/events?limit=1").await.ok()["items"][0].clone();
    let at = newest["createdAt"].as_str().unwrap();
    assert_eq!(
        count(format!("/v1/credits/events?since={at}&until={at}")).await,
        1,
        "inclusive"
    );
    let path = format!("/v1/organizations/{ARCHIVED}/credits/events");
    assert_eq!(count(format!("{path}?projectId=prj_spring")).await, 1);
    assert_eq!(count(format!("{path}?projectId=none")).await, 0);
    assert_eq!(count(path).await, 3);
}

#[tokio::test]
async fn suspend_and_resume_depend_on_the_state() {
    let bench = Bench::new().await;
    let act = async |what: &str| {
        let path = format!("/v1/organizations/{NORTHWIND}/{what}");
        bench.layers("POST", &path, None, &Value::Null).await
    };
    let first = act("suspend").await.ok();
    assert_eq!(first["status"], "suspended");
    assert_eq!(act("suspend").await.ok(), first, "a repeat changes nothing");
    bench
        .allocate(NORTHWIND, "k", json!({"credits": 10}))
        .await
        .ok();
    assert_eq!(act("resume").await.ok()["status"], "active");
    for what in ["suspend", "resume"] {
        let path = format!("/v1/organizations/{ARCHIVED}/{what}");
        bench
            .layers("POST", &path, None, &Value::Null)
            .await
            .expect_layers_error(409, "CONFLICT");
    }
}

#[tokio::test]
async fn l11_archive_reclaims_what_is_not_reserved() {
    let bench = Bench::new().await;
    let path = format!("/v1/organizations/{HARBOR}");
    bench
        .allocate(HARBOR, "before", json!({"credits": 100}))
        .await
        .ok();
    let first = bench.layers("DELETE", &path, None, &Value::Null).await.ok();
    assert_eq!(
        (&first["reclaimedCredits"], &first["revokedApiKeys"]),
        (&json!(3180), &json!(2))
    );
    assert_eq!(first["status"], "archived");
    let repeated = bench
        .layers("DELETE", &path, Some("key"), &Value::Null)
        .await
        .ok();
    assert_eq!(repeated, first);
    assert_eq!(bench.balance(&format!("prepaid:{HARBOR}")).await, "120");
    assert_eq!(bench.balance(&format!("prepaid:{PARENT}")).await, "8480");
    let event = bench.layers_get("/v1/credits/events?limit=1").await.ok()["items"][0].clone();
    assert_eq!(
        (&event["credits"], &event["metadata"]["reason"]),
        (&json!(3180), &json!("archive_reclaim"))
    );
    bench
        .allocate(HARBOR, "after", json!({"credits": 1}))
        .await
        .expect_layers_error(409, "CONFLICT");
    // A completed key is answered before the state is checked (L1).
    let replay = bench
        .allocate(HARBOR, "before", json!({"credits": 100}))
        .await
        .ok();
    assert_eq!(replay["replayed"], true);
}

#[tokio::test]
async fn reserved_metadata_belongs_to_the_system() {
    let bench = Bench::new().await;
    let body = json!({"credits": 5, "metadata": {"direction": "sideways", "note": "mine"}});
    let answer = bench.allocate(NORTHWIND, "k", body).await.ok();
    assert_eq!(answer["metadata"], json!({"note": "mine"}));
    assert_eq!(answer["description"], Value::Null);
    let path = format!("/v1/organizations/{NORTHWIND}/credits/events");
    let event = bench.layers_get(&path).await.ok()["items"][0].clone();
    assert_eq!(event["metadata"]["direction"], "in");
}
