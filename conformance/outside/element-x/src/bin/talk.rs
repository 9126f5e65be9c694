//! A person with the crates of Element X who does what a test says: `talk URL FOLDER NAME`. It reads a line of JSON for each thing to do, and
//! answers each with a line.
#![recursion_limit = "512"]

#[path = "../session.rs"]
#[allow(dead_code)]
mod session;

use std::{env, path::PathBuf, sync::Arc};

use matrix_sdk::{
    Client, RoomState,
    encryption::verification::{SasVerification, Verification, VerificationRequest, VerificationRequestState},
    ruma::{
        OwnedRoomId, OwnedUserId, RoomId,
        api::client::uiaa,
        events::{
            key::verification::{VerificationMethod, request::ToDeviceKeyVerificationRequestEvent},
            room::message::RoomMessageEventContent,
        },
    },
};
use serde_json::{Value, json};
use session::{Outcome, Session, texts, until};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    sync::Mutex,
};

struct Person {
    name: String,
    session: Session,
    asked: Arc<Mutex<Option<VerificationRequest>>>,
    comparing: Option<SasVerification>,
}

fn text<'a>(order: &'a Value, name: &str) -> Outcome<&'a str> {
    order[name].as_str().ok_or_else(|| format!("{name} is missing").into())
}

fn room_of(order: &Value) -> Outcome<OwnedRoomId> {
    Ok(RoomId::parse(text(order, "room")?)?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().collect();
    let [_, url, folder, name] = arguments.as_slice() else { return Err("talk URL FOLDER NAME".into()) };
    let session = Session::open(url, &PathBuf::from(folder), name).await?;
    let asked: Arc<Mutex<Option<VerificationRequest>>> = Arc::default();
    let noted = asked.clone();
    session.client.add_event_handler(move |event: ToDeviceKeyVerificationRequestEvent, client: Client| {
        let noted = noted.clone();
        async move {
            let request = client.encryption().get_verification_request(&event.sender, &event.content.transaction_id).await;
            *noted.lock().await = request;
        }
    });
    let mut person = Person { name: name.clone(), session, asked, comparing: None };
    println!("{}", json!({ "ok": true, "device": person.session.client.device_id() }));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let order: Value = serde_json::from_str(&line)?;
        let answer = match person.obey(&order).await {
            Ok(answer) => answer,
            Err(error) => json!({ "ok": false, "error": error.to_string() }),
        };
        println!("{answer}");
    }
    person.session.close().await;
    Ok(())
}

impl Person {
    async fn obey(&mut self, order: &Value) -> Outcome<Value> {
        match text(order, "do")? {
            "join" => self.join(order).await,
            "say" => self.say(order).await,
            "hears" => self.hears(order).await,
            "ask" => self.ask(order).await,
            "answer" => self.answer().await,
            "confirm" => self.confirm().await,
            "setup" => self.set_up().await,
            "recover" => self.recover(order).await,
            other => Err(format!("nobody can {other}").into()),
        }
    }

    async fn join(&self, order: &Value) -> Outcome<Value> {
        let id = room_of(order)?;
        self.session.room(&id, RoomState::Invited).await?.join().await?;
        self.session.room(&id, RoomState::Joined).await?;
        Ok(json!({ "ok": true }))
    }

    async fn say(&self, order: &Value) -> Outcome<Value> {
        let room = self.session.room(&room_of(order)?, RoomState::Joined).await?;
        room.send(RoomMessageEventContent::text_plain(text(order, "body")?)).await?;
        Ok(json!({ "ok": true }))
    }

    async fn hears(&self, order: &Value) -> Outcome<Value> {
        let (id, body) = (room_of(order)?, text(order, "body")?);
        let timeline = self.session.screen(&id).await?;
        let heard = until(&format!("{} hears {body}", self.name), || async { texts(&timeline).await.iter().any(|each| each == body).then_some(()) }).await;
        match heard {
            Ok(()) => Ok(json!({ "ok": true })),
            Err(error) => Err(format!("{error}: there is {:?}", texts(&timeline).await).into()),
        }
    }

    async fn ask(&mut self, order: &Value) -> Outcome<Value> {
        let user: OwnedUserId = text(order, "user")?.try_into()?;
        let device = text(order, "device")?;
        let encryption = self.session.client.encryption();
        let device = until("the device is known", || async { encryption.get_device(&user, device.into()).await.ok().flatten() }).await?;
        let request = device.request_verification_with_methods(vec![VerificationMethod::SasV1]).await?;
        until("the other side is ready", || async { request.is_ready().then_some(()) }).await?;
        let sas = request.start_sas().await?.ok_or("the verification does not start")?;
        self.emoji(sas).await
    }

    async fn answer(&mut self) -> Outcome<Value> {
        let request = until("somebody asks", || async { self.asked.lock().await.take() }).await?;
        request.accept_with_methods(vec![VerificationMethod::SasV1]).await?;
        let sas = until("the other side starts", || async {
            match request.state() {
                VerificationRequestState::Transitioned { verification: Verification::SasV1(sas), .. } => Some(sas),
                _ => None,
            }
        })
        .await?;
        sas.accept().await?;
        self.emoji(sas).await
    }

    async fn emoji(&mut self, sas: SasVerification) -> Outcome<Value> {
        let emoji = until("there is something to compare", || async { sas.emoji() }).await?;
        self.comparing = Some(sas);
        Ok(json!({ "ok": true, "emoji": emoji.iter().map(|each| each.symbol).collect::<Vec<_>>() }))
    }

    async fn confirm(&mut self) -> Outcome<Value> {
        let sas = self.comparing.take().ok_or("there is nothing to confirm")?;
        sas.confirm().await?;
        until("the verification is done", || async { sas.is_done().then_some(()) }).await?;
        let other = sas.other_device();
        let device = self.session.client.encryption().get_device(other.user_id(), other.device_id()).await?;
        Ok(json!({ "ok": true, "verified": device.is_some_and(|device| device.is_verified()) }))
    }

    async fn set_up(&self) -> Outcome<Value> {
        let encryption = self.session.client.encryption();
        if let Err(error) = encryption.bootstrap_cross_signing(None).await {
            let uiaa = error.as_uiaa_response().ok_or_else(|| error.to_string())?;
            let identifier = uiaa::UserIdentifier::Matrix(uiaa::MatrixUserIdentifier::new(self.name.clone()));
            let mut password = uiaa::Password::new(identifier, "correct horse 1".to_owned());
            password.session = uiaa.session.clone();
            encryption.bootstrap_cross_signing(Some(uiaa::AuthData::Password(password))).await?;
        }
        let key = encryption.recovery().enable().wait_for_backups_to_upload().await?;
        Ok(json!({ "ok": true, "key": key }))
    }

    async fn recover(&self, order: &Value) -> Outcome<Value> {
        let encryption = self.session.client.encryption();
        encryption.recovery().recover(text(order, "key")?).await?;
        encryption.backups().download_room_keys_for_room(&room_of(order)?).await?;
        Ok(json!({ "ok": true }))
    }
}
