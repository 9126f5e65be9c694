// A session as Element X opens it: discovered sliding sync, a store on disk, the room list and encryption as services, offline mode.
use std::{future::Future, path::Path, sync::Arc, time::Duration};

use futures_util::StreamExt;
use matrix_sdk::{
    Client, Room, RoomState,
    ruma::{OwnedUserId, RoomId},
    sliding_sync::VersionBuilder,
};
use matrix_sdk_ui::{
    room_list_service::filters::new_filter_non_left,
    sync_service::SyncService,
    timeline::{RoomExt, Timeline},
};
use tokio::sync::Mutex;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;
pub type Outcome<T> = Result<T, Failure>;

const PATIENCE: Duration = Duration::from_secs(40);

/// Asks again and again until there is an answer.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, ask: impl Fn() -> F) -> Outcome<T> {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.map_err(|_| format!("waited in vain until {what}").into())
}

pub struct Session {
    pub client: Client,
    pub sync: Arc<SyncService>,
    /// The room list as it is shown: names, in order.
    shown: Arc<Mutex<Vec<Room>>>,
    watching: tokio::task::JoinHandle<()>,
}

impl Session {
    /// Opens a session whose store is in a folder; the first time it logs in.
    pub async fn open(url: &str, folder: &Path, name: &str) -> Outcome<Session> {
        let store = folder.join(name);
        let saved = folder.join(format!("{name}.json"));
        let client = Client::builder()
            .homeserver_url(url)
            .sqlite_store(&store, None)
            .sliding_sync_version_builder(VersionBuilder::DiscoverNative)
            .build()
            .await?;
        if saved.exists() {
            let session: matrix_sdk::authentication::matrix::MatrixSession = serde_json::from_slice(&std::fs::read(&saved)?)?;
            client.restore_session(session).await?;
        } else {
            let auth = client.matrix_auth();
            auth.login_username(name, "correct horse 1").initial_device_display_name("Element X on a test machine").send().await?;
            std::fs::write(&saved, serde_json::to_vec(&auth.session().ok_or("no session")?)?)?;
        }
        client.event_cache().subscribe()?;
        let sync = Arc::new(SyncService::builder(client.clone()).with_offline_mode().build().await?);
        let shown: Arc<Mutex<Vec<Room>>> = Arc::default();
        let watching = tokio::spawn(watch(sync.clone(), shown.clone()));
        sync.start().await;
        Ok(Session { client, sync, shown, watching })
    }

    /// Stops syncing and lets go of the store.
    pub async fn close(&self) {
        self.sync.stop().await;
        self.watching.abort();
    }

    pub fn user_id(&self) -> OwnedUserId {
        self.client.user_id().expect("logged in").to_owned()
    }

    /// The names in the room list, from the top.
    pub async fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for room in self.shown.lock().await.iter() {
            // Asking for the name before it is known would keep that it has none.
            names.push(room.cached_display_name().map(|name| name.to_string()).unwrap_or_default());
        }
        names
    }

    /// Waits for a room to be in a state.
    pub async fn room(&self, id: &RoomId, state: RoomState) -> Outcome<Room> {
        until(&format!("{id} is {state:?} for {}", self.user_id()), || async { self.client.get_room(id).filter(|room| room.state() == state) }).await
    }

    /// Opens a room as a screen does: with a subscription.
    pub async fn screen(&self, id: &RoomId) -> Outcome<Timeline> {
        let room = self.room(id, RoomState::Joined).await?;
        self.sync.room_list_service().subscribe_to_rooms(&[id]).await;
        Ok(room.timeline().await?)
    }
}

/// Keeps the room list as the diffs change it.
async fn watch(sync: Arc<SyncService>, shown: Arc<Mutex<Vec<Room>>>) {
    let service = sync.room_list_service();
    let Ok(list) = service.all_rooms().await else { return };
    let (stream, controller) = list.entries_with_dynamic_adapters(200);
    controller.set_filter(Box::new(new_filter_non_left()));
    let mut entries = matrix_sdk_ui::eyeball_im::Vector::new();
    let mut stream = std::pin::pin!(stream);
    while let Some(diffs) = stream.next().await {
        for diff in diffs {
            diff.apply(&mut entries);
        }
        *shown.lock().await = entries.iter().map(|item| (**item).clone()).collect();
    }
}

/// The texts of a timeline, with what could not be decrypted.
pub async fn texts(timeline: &Timeline) -> Vec<String> {
    timeline
        .items()
        .await
        .iter()
        .filter_map(|item| item.as_event().cloned())
        .filter_map(|event| {
            let content = event.content();
            if content.is_unable_to_decrypt() {
                return Some("?".to_owned());
            }
            if content.is_redacted() {
                return Some("-".to_owned());
            }
            content.as_message().map(|message| message.body().to_owned())
        })
        .collect()
}
