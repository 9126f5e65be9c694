//! What two people do with Element X, on the crates that it is made of: `element-x-session URL FOLDER`. Alice and Bob have accounts there. It
//! prints a line of JSON for each step, and asks on the standard output for what only the one who runs it can do.
#![recursion_limit = "512"]

mod session;

use std::{env, path::PathBuf};

use matrix_sdk::{
    Room, RoomState,
    ruma::{
        OwnedRoomId, assign,
        api::client::{
            receipt::create_receipt::v3::ReceiptType,
            room::create_room::v3::{Request as CreateRoom, RoomPreset},
        },
        events::{
            AnyMessageLikeEventContent, InitialStateEvent,
            receipt::ReceiptThread,
            room::{encryption::RoomEncryptionEventContent, message::RoomMessageEventContent},
        },
    },
};
use matrix_sdk_ui::{
    notification_client::{NotificationClient, NotificationProcessSetup, NotificationStatus},
    timeline::Timeline,
};
use session::{Outcome, Session, texts, until};

struct World {
    url: String,
    folder: PathBuf,
    alice: Session,
    bob: Session,
    secret: Option<OwnedRoomId>,
    failed: usize,
}

macro_rules! step {
    ($world:ident, $name:literal, $body:expr) => {{
        let outcome: Outcome<()> = async { $body }.await;
        let note = outcome.as_ref().err().map(|error| error.to_string());
        println!("{}", serde_json::json!({ "step": $name, "ok": outcome.is_ok(), "note": note }));
        $world.failed += usize::from(outcome.is_err());
    }};
}

fn check(is_so: bool, what: impl Into<String>) -> Outcome<()> {
    if is_so { Ok(()) } else { Err(what.into().into()) }
}

fn message(body: &str) -> AnyMessageLikeEventContent {
    AnyMessageLikeEventContent::RoomMessage(RoomMessageEventContent::text_plain(body))
}

async fn ask(what: &str) -> Outcome<()> {
    println!("{}", serde_json::json!({ "ask": what }));
    let answer = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
    check(answer > 0, "nobody answers")
}

async fn shows(timeline: &Timeline, body: &str) -> Outcome<()> {
    until(&format!("the timeline shows {body}"), || async { texts(timeline).await.iter().any(|text| text == body).then_some(()) }).await
}

async fn public_room(session: &Session, name: &str) -> Outcome<Room> {
    let request = assign!(CreateRoom::new(), { name: Some(name.to_owned()), preset: Some(RoomPreset::PublicChat) });
    Ok(session.client.create_room(request).await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let (Some(url), Some(folder)) = (env::args().nth(1), env::args().nth(2)) else { return Err("element-x-session URL FOLDER".into()) };
    let folder = PathBuf::from(folder);
    let alice = Session::open(&url, &folder, "alice").await?;
    let bob = Session::open(&url, &folder, "bob").await?;
    let mut world = World { url, folder, alice, bob, secret: None, failed: 0 };
    room_list(&mut world).await;
    encrypted_room(&mut world).await;
    long_room(&mut world).await;
    leaving(&mut world).await;
    restarts(&mut world).await;
    std::process::exit(i32::from(world.failed > 0));
}

async fn room_list(world: &mut World) {
    step!(world, "a list of 130 rooms is loaded to its end", {
        for i in 0..130 {
            let room = public_room(&world.alice, &format!("Room {i}")).await?;
            if i == 7 {
                room.send(message("first")).await?;
            }
        }
        until("the list has all rooms", || async { (world.alice.names().await.len() == 130).then_some(()) }).await
    });
    step!(world, "the room with the newest message is on top", {
        let room = world.alice.client.joined_rooms().into_iter().find(|room| room.name().as_deref() == Some("Room 3")).ok_or("no room")?;
        room.send(message("up")).await?;
        until("it is on top", || async { (world.alice.names().await.first().map(String::as_str) == Some("Room 3")).then_some(()) }).await
    });
    step!(world, "a new name is shown, and tags and unread marks are known", {
        let room = world.alice.client.joined_rooms().into_iter().find(|room| room.name().as_deref() == Some("Room 5")).ok_or("no room")?;
        room.set_name("Renamed".to_owned()).await?;
        until("the name is shown", || async { world.alice.names().await.iter().any(|name| name == "Renamed").then_some(()) }).await?;
        room.set_is_favourite(true, None).await?;
        room.set_unread_flag(true).await?;
        until("it is a favourite", || async { (room.is_favourite() && room.is_marked_unread()).then_some(()) }).await
    });
}

async fn encrypted_room(world: &mut World) {
    step!(world, "an invite to an encrypted room comes, with its name", {
        let encryption = InitialStateEvent::with_empty_state_key(RoomEncryptionEventContent::with_recommended_defaults());
        let request = assign!(CreateRoom::new(), {
            name: Some("Secret".to_owned()),
            preset: Some(RoomPreset::PrivateChat),
            invite: vec![world.bob.user_id()],
            initial_state: vec![encryption.to_raw_any()],
            is_direct: true,
        });
        let id = world.alice.client.create_room(request).await?.room_id().to_owned();
        let invited = world.bob.room(&id, RoomState::Invited).await?;
        until("the invite has its name", || async { invited.cached_display_name().filter(|name| name.to_string() == "Secret").map(|_| ()) }).await?;
        until("the invite is in the list", || async { (world.bob.names().await == ["Secret"]).then_some(()) }).await?;
        world.secret = Some(id);
        Ok(())
    });
    let Some(id) = world.secret.clone() else { return };
    step!(world, "who joins by it reads and writes encrypted messages", {
        world.bob.room(&id, RoomState::Invited).await?.join().await?;
        let (alices, bobs) = (world.alice.screen(&id).await?, world.bob.screen(&id).await?);
        let room = world.alice.room(&id, RoomState::Joined).await?;
        until("alice sees bob in", || async { (room.joined_members_count() == 2).then_some(()) }).await?;
        alices.send(message("for your eyes")).await?;
        shows(&bobs, "for your eyes").await?;
        bobs.send(message("seen")).await?;
        shows(&alices, "seen").await?;
        check(room.encryption_state().is_encrypted(), "the room is not encrypted")
    });
    step!(world, "a receipt is shown, and takes the count of unread messages back", {
        let (alices, bobs) = (world.alice.screen(&id).await?, world.bob.screen(&id).await?);
        let bob_room = world.bob.room(&id, RoomState::Joined).await?;
        alices.send(message("count me")).await?;
        shows(&bobs, "count me").await?;
        until("it counts as unread", || async { (bob_room.num_unread_messages() > 0).then_some(()) }).await?;
        let last = bobs.latest_event_id().await.ok_or("no event")?;
        bob_room.send_single_receipt(ReceiptType::Read, ReceiptThread::Unthreaded, last).await?;
        until("nothing is unread", || async { (bob_room.num_unread_messages() == 0).then_some(()) }).await?;
        let bob_id = world.bob.user_id();
        until("alice sees the receipt", || async { alices.latest_user_read_receipt(&bob_id).await.map(|_| ()) }).await
    });
    step!(world, "who is typing is told", {
        let room = world.alice.room(&id, RoomState::Joined).await?;
        let (_guard, mut typing) = room.subscribe_to_typing_notifications();
        world.bob.room(&id, RoomState::Joined).await?.typing_notice(true).await?;
        let users = tokio::time::timeout(std::time::Duration::from_secs(20), typing.recv()).await??;
        check(users == [world.bob.user_id()], "somebody else is typing")
    });
    step!(world, "a reaction, an edit and a redaction reach the other side", {
        let (alices, bobs) = (world.alice.screen(&id).await?, world.bob.screen(&id).await?);
        let room = world.alice.room(&id, RoomState::Joined).await?;
        let event_id = room.send(message("wrong")).await?.response.event_id;
        shows(&bobs, "wrong").await?;
        let item = matrix_sdk_ui::timeline::TimelineEventItemId::EventId(event_id.clone());
        bobs.toggle_reaction(&item, "👍").await?;
        until("the reaction is there", || async {
            alices.item_by_event_id(&event_id).await?.content().reactions()?.get("👍").map(|_| ())
        })
        .await?;
        let edit = matrix_sdk::room::edit::EditedContent::RoomMessage(RoomMessageEventContent::text_plain("right").into());
        alices.edit(&item, edit).await?;
        shows(&bobs, "right").await?;
        room.redact(&event_id, None, None).await?;
        shows(&bobs, "-").await
    });
    step!(world, "a notification is worked out by a connection of its own", {
        let room = world.alice.room(&id, RoomState::Joined).await?;
        let event_id = room.send(message("ring")).await?.response.event_id;
        let setup = NotificationProcessSetup::SingleProcess { sync_service: world.bob.sync.clone() };
        let notifications = NotificationClient::new(world.bob.client.clone(), setup).await?;
        let status = notifications.get_notification(&id, &event_id).await?;
        check(matches!(status, NotificationStatus::Event(_)), "the event was not found")
    });
}

async fn long_room(world: &mut World) {
    step!(world, "a screen shows the newest messages at once, and all of them in order after paging back", {
        let room = public_room(&world.alice, "Long").await?;
        for i in 0..60 {
            room.send(message(&format!("line {i}"))).await?;
        }
        world.bob.client.join_room_by_id(room.room_id()).await?;
        let timeline = world.bob.screen(room.room_id()).await?;
        shows(&timeline, "line 59").await?;
        until("the beginning is there", || async { timeline.paginate_backwards(20).await.unwrap_or(true).then_some(()) }).await?;
        let shown: Vec<String> = texts(&timeline).await;
        check(shown == (0..60).map(|i| format!("line {i}")).collect::<Vec<_>>(), format!("it shows {shown:?}"))?;
        room.send(message("line 60")).await?;
        shows(&timeline, "line 60").await
    });
}

async fn leaving(world: &mut World) {
    step!(world, "rooms that are left, and those one is kicked or banned from, go from the list", {
        for how in ["leave", "kick", "ban"] {
            let room = public_room(&world.alice, how).await?;
            let bobs = world.bob.client.join_room_by_id(room.room_id()).await?;
            let listed = until("it is in the list", || async { world.bob.names().await.iter().any(|name| name == how).then_some(()) }).await;
            check(listed.is_ok(), format!("{how} is not in the list: {:?}", world.bob.names().await))?;
            let bob_id = world.bob.user_id();
            match how {
                "leave" => bobs.leave().await?,
                "kick" => room.kick_user(&bob_id, None).await?,
                _ => room.ban_user(&bob_id, None).await?,
            }
            until(&format!("{how} takes it from the list"), || async { world.bob.names().await.iter().all(|name| name != how).then_some(()) }).await?;
        }
        Ok(())
    });
    step!(world, "an invite that is declined goes from the list, and one that is withdrawn too", {
        for how in ["declined", "withdrawn"] {
            let request = assign!(CreateRoom::new(), { name: Some(how.to_owned()), invite: vec![world.bob.user_id()] });
            let room = world.alice.client.create_room(request).await?;
            let invited = world.bob.room(room.room_id(), RoomState::Invited).await?;
            if how == "declined" {
                invited.leave().await?;
            } else {
                room.kick_user(&world.bob.user_id(), None).await?;
            }
            until("it is gone", || async { world.bob.names().await.iter().all(|name| name != how).then_some(()) }).await?;
        }
        Ok(())
    });
}

async fn restarts(world: &mut World) {
    let Some(id) = world.secret.clone() else { return };
    step!(world, "after a restart of the app the list is there at once, and what was missed comes", {
        let before = world.bob.names().await;
        world.bob.close().await;
        world.alice.room(&id, RoomState::Joined).await?.send(message("while you were away")).await?;
        world.bob = Session::open(&world.url, &world.folder, "bob").await?;
        let same = until("the list is as before", || async { (world.bob.names().await.len() == before.len()).then_some(()) }).await;
        check(same.is_ok(), format!("before {before:?}, after {:?}", world.bob.names().await))?;
        let timeline = world.bob.screen(&id).await?;
        shows(&timeline, "while you were away").await
    });
    step!(world, "after a restart of the server the session goes on from its position", {
        let timeline = world.bob.screen(&id).await?;
        ask("restart").await?;
        world.alice.room(&id, RoomState::Joined).await?.send(message("server is back")).await?;
        shows(&timeline, "server is back").await
    });
}
