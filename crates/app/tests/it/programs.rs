use domain::programs::{ProgramKind, ProgramStatus};
use inviter_app::{
    clicks::link,
    programs::{
        NewProgram, activate_program, create_program, end_program, find_program, get_program,
        get_version, list_programs, list_versions, pause_program, revise_program,
    },
};
use kernel::{PageRequest, ProblemCode};
use serde_json::json;

use crate::fixture::{Fixture, refusal, settings, wrong_fields};

fn draft(slug: &str) -> NewProgram {
    NewProgram {
        slug: slug.to_owned(),
        kind: ProgramKind::Referral,
        settings: settings(json!({})),
    }
}

#[tokio::test]
async fn a_program_begins_as_a_draft_and_ends_for_good() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let made = create_program(app, ctx, project, draft("spring"))
        .await
        .unwrap();
    assert_eq!((made.status, made.version), (ProgramStatus::Draft, 1));
    assert_eq!(
        refusal(pause_program(app, ctx, project, made.id).await),
        ProblemCode::InvalidTransition
    );
    let active = activate_program(app, ctx, project, made.id).await.unwrap();
    assert_eq!(active.status, ProgramStatus::Active);
    assert_eq!(
        refusal(activate_program(app, ctx, project, made.id).await),
        ProblemCode::InvalidTransition
    );
    pause_program(app, ctx, project, made.id).await.unwrap();
    let ended = end_program(app, ctx, project, made.id).await.unwrap();
    assert_eq!(
        get_program(app, ctx, project, made.id).await.unwrap(),
        ended
    );
    assert_eq!(
        refusal(activate_program(app, ctx, project, made.id).await),
        ProblemCode::InvalidTransition
    );
    let late = revise_program(
        app,
        ctx,
        project,
        made.id,
        1,
        settings(json!({ "qualify_on": "signup" })),
    )
    .await;
    assert_eq!(refusal(late), ProblemCode::InvalidTransition);
}

#[tokio::test]
async fn every_change_is_a_version_and_none_is_lost() {
    let fixture = Fixture::new().await;
    let (app, ctx, project, id) = (
        &fixture.app,
        &fixture.cli(),
        fixture.id(),
        fixture.program.id,
    );
    let second = settings(json!({ "qualify_on": "signup" }));
    let revised = revise_program(app, ctx, project, id, 1, second.clone())
        .await
        .unwrap();
    assert_eq!((revised.version, &revised.settings), (2, &second));
    // Somebody else still looks at version 1.
    let third = settings(json!({ "qualify_on": "purchase" }));
    let late = revise_program(app, ctx, project, id, 1, third).await;
    assert_eq!(refusal(late), ProblemCode::Conflict);
    // Nothing changed: no version.
    assert_eq!(
        revise_program(app, ctx, project, id, 2, second)
            .await
            .unwrap()
            .version,
        2
    );
    let versions = list_versions(app, ctx, project, id).await.unwrap();
    assert_eq!(
        versions
            .iter()
            .map(|version| version.version)
            .collect::<Vec<_>>(),
        [2, 1]
    );
    assert_eq!(versions[0].author, "cli");
    let first = get_version(app, ctx, project, id, 1).await.unwrap();
    assert_eq!(first.settings, fixture.program.settings);
    assert_eq!(
        refusal(get_version(app, ctx, project, id, 3).await),
        ProblemCode::NotFound
    );
}

#[tokio::test]
async fn of_two_who_revise_at_once_one_is_told() {
    let fixture = Fixture::new().await;
    let (app, ctx, project, id) = (
        &fixture.app,
        &fixture.cli(),
        fixture.id(),
        fixture.program.id,
    );
    let (one, other) = tokio::join!(
        revise_program(
            app,
            ctx,
            project,
            id,
            1,
            settings(json!({ "qualify_on": "one" }))
        ),
        revise_program(
            app,
            ctx,
            project,
            id,
            1,
            settings(json!({ "qualify_on": "other" }))
        ),
    );
    let refused: Vec<_> = [one, other].into_iter().filter_map(Result::err).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].problem().code, ProblemCode::Conflict);
}

#[tokio::test]
async fn settings_that_make_no_sense_are_told_with_their_path() {
    let fixture = Fixture::new().await;
    let new = NewProgram {
        slug: "Not A Slug".to_owned(),
        kind: ProgramKind::Referral,
        settings: settings(json!({ "codes": { "length": 3 }, "waitlist": { "move_up": 9 } })),
    };
    let answer = create_program(&fixture.app, &fixture.cli(), fixture.id(), new).await;
    assert_eq!(
        wrong_fields(answer),
        ["slug", "settings.codes.length", "settings.waitlist"]
    );
    let bad = settings(json!({ "qualify_on": "refund" }));
    let answer = revise_program(
        &fixture.app,
        &fixture.cli(),
        fixture.id(),
        fixture.program.id,
        1,
        bad,
    )
    .await;
    assert_eq!(wrong_fields(answer), ["settings.qualify_on"]);
}

#[tokio::test]
async fn slugs_are_unique_in_a_project_only() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await;
    let again = create_program(&fixture.app, &fixture.cli(), fixture.id(), draft("friends")).await;
    assert_eq!(refusal(again), ProblemCode::Conflict);
    let there = create_program(&fixture.app, &fixture.cli(), other.id, draft("friends"))
        .await
        .unwrap();
    let found = find_program(&fixture.app, &fixture.cli(), other.id, "friends")
        .await
        .unwrap();
    assert_eq!(found.id, there.id);
}

#[tokio::test]
async fn another_project_has_no_such_program() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await.id;
    let (app, ctx, id) = (&fixture.app, &fixture.cli(), fixture.program.id);
    assert_eq!(
        refusal(get_program(app, ctx, other, id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(find_program(app, ctx, other, "friends").await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(list_versions(app, ctx, other, id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(get_version(app, ctx, other, id, 1).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(activate_program(app, ctx, other, id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(pause_program(app, ctx, other, id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(end_program(app, ctx, other, id).await),
        ProblemCode::NotFound
    );
    let revised = revise_program(app, ctx, other, id, 1, settings(json!({}))).await;
    assert_eq!(refusal(revised), ProblemCode::NotFound);
    let page = list_programs(app, ctx, other, PageRequest::new(None, None))
        .await
        .unwrap();
    assert!(page.items.is_empty());
    let untouched = get_program(app, ctx, fixture.id(), id).await.unwrap();
    assert_eq!(
        (untouched.status, untouched.version),
        (ProgramStatus::Active, 1)
    );
}

#[tokio::test]
async fn links_see_a_change_at_once() {
    let fixture = Fixture::new().await;
    let code = fixture.code(&fixture.member("anna").await).await;
    assert_eq!(
        link(&fixture.app, &code.text).await.unwrap().program.status,
        ProgramStatus::Active
    );
    pause_program(
        &fixture.app,
        &fixture.cli(),
        fixture.id(),
        fixture.program.id,
    )
    .await
    .unwrap();
    assert_eq!(
        link(&fixture.app, &code.text).await.unwrap().program.status,
        ProgramStatus::Paused
    );
}
