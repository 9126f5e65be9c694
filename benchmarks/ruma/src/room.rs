//! A room from a file of `benchmarks/state-res.ts --write`, in the form in which Ruma reads it at the least cost: an event and
//! its ID are references to what is kept to the end of the process, and each ID is kept once.
use std::{
    collections::{HashMap, HashSet},
    error::Error,
    fs::File,
    io::BufReader,
};

use ruma_common::{EventId, MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, RoomVersionId, UserId};
use ruma_events::TimelineEventType;
use ruma_state_res::{Event, StateMap};
use serde::Deserialize;
use serde_json::value::RawValue;

pub type Id = &'static EventId;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoomFile {
    room_version: RoomVersionId,
    pdus: Vec<PduFile>,
    state_maps: Vec<Vec<OwnedEventId>>,
}

#[derive(Deserialize)]
struct PduFile {
    event_id: OwnedEventId,
    room_id: Option<OwnedRoomId>,
    sender: OwnedUserId,
    origin_server_ts: MilliSecondsSinceUnixEpoch,
    #[serde(rename = "type")]
    event_type: TimelineEventType,
    content: Box<RawValue>,
    state_key: Option<String>,
    prev_events: Vec<OwnedEventId>,
    auth_events: Vec<OwnedEventId>,
}

pub struct Pdu {
    event_id: Id,
    room_id: Option<OwnedRoomId>,
    sender: OwnedUserId,
    origin_server_ts: MilliSecondsSinceUnixEpoch,
    event_type: TimelineEventType,
    content: Box<RawValue>,
    state_key: Option<String>,
    prev_events: Vec<Id>,
    pub auth_events: Vec<Id>,
}

pub struct Room {
    pub version: RoomVersionId,
    pub events: HashMap<Id, &'static Pdu>,
    pub states: Vec<StateMap<Id>>,
}

/// Keeps each event ID once.
#[derive(Default)]
struct Ids(HashSet<Id>);

impl Ids {
    fn keep(&mut self, id: OwnedEventId) -> Id {
        if let Some(&kept) = self.0.get::<EventId>(&id) {
            return kept;
        }
        let kept: Id = Box::leak(Box::new(id));
        self.0.insert(kept);
        kept
    }

    fn keep_all(&mut self, ids: Vec<OwnedEventId>) -> Vec<Id> {
        ids.into_iter().map(|id| self.keep(id)).collect()
    }
}

impl Room {
    pub fn read(path: &str) -> Result<Self, Box<dyn Error>> {
        let file: RoomFile = serde_json::from_reader(BufReader::new(File::open(path)?))?;
        let mut ids = Ids::default();
        let mut events: HashMap<Id, &'static Pdu> = HashMap::new();
        for pdu in file.pdus {
            let event_id = ids.keep(pdu.event_id);
            let kept = Pdu {
                event_id,
                room_id: pdu.room_id,
                sender: pdu.sender,
                origin_server_ts: pdu.origin_server_ts,
                event_type: pdu.event_type,
                content: pdu.content,
                state_key: pdu.state_key,
                prev_events: ids.keep_all(pdu.prev_events),
                auth_events: ids.keep_all(pdu.auth_events),
            };
            events.insert(event_id, Box::leak(Box::new(kept)));
        }
        let mut states = Vec::new();
        for list in file.state_maps {
            let mut state = StateMap::new();
            for id in list {
                let event = events.get::<EventId>(&id).ok_or("a state names an event that is not there")?;
                let state_key = event.state_key.clone().ok_or("a state names an event that is none of state")?;
                state.insert((event.event_type.to_string().into(), state_key), event.event_id);
            }
            states.push(state);
        }
        Ok(Self {
            version: file.room_version,
            events,
            states,
        })
    }
}

/// A state as a list of type, state key and event ID.
pub fn flatten(state: &StateMap<Id>) -> Vec<(String, &str, Id)> {
    state
        .iter()
        .map(|((event_type, key), &id)| (event_type.to_string(), key.as_str(), id))
        .collect()
}

impl Event for Pdu {
    type Id = Id;

    fn event_id(&self) -> &Id {
        &self.event_id
    }

    fn room_id(&self) -> Option<&RoomId> {
        self.room_id.as_deref()
    }

    fn sender(&self) -> &UserId {
        &self.sender
    }

    fn origin_server_ts(&self) -> MilliSecondsSinceUnixEpoch {
        self.origin_server_ts
    }

    fn event_type(&self) -> &TimelineEventType {
        &self.event_type
    }

    fn content(&self) -> &RawValue {
        &self.content
    }

    fn state_key(&self) -> Option<&str> {
        self.state_key.as_deref()
    }

    fn prev_events(&self) -> Box<dyn DoubleEndedIterator<Item = &Id> + '_> {
        Box::new(self.prev_events.iter())
    }

    fn auth_events(&self) -> Box<dyn DoubleEndedIterator<Item = &Id> + '_> {
        Box::new(self.auth_events.iter())
    }

    fn redacts(&self) -> Option<&Id> {
        None
    }

    fn rejected(&self) -> bool {
        false
    }
}
