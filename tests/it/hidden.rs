//! What somebody cannot see does not exist for them: no check, no filter and no clash tells of it.

use amparo_domain::access::Role;
use amparo_tests::{incident, on_both};
use serde_json::json;

on_both! {
    /// Staff of one network see of another's record what everybody sees.
    async fn staff_of_another_network_see_what_the_public_sees(app: TestApp) {
        let people = json!([{
            "ref": "P1", "name": "Zorabeth Quillfeather", "display": "withheld",
            "display_reason": "A brother is in prison.",
        }]);
        let at = app.published("incidents", incident().about(people)).await;
        let public = app.public().get(&at).await;
        let stranger = app.of_network("elsewhere", Role::Contributor).await.get(&at).await;
        assert_eq!(stranger.json(), public.json());
        assert_eq!(stranger.etag(), public.etag(), "no revision is told");
        let own = app.contributor().read(&at).await;
        assert_eq!(own["revision"], 1);
        assert_eq!(own["people"][0]["display_reason"], "A brother is in prison.");
    }
}
