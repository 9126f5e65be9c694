//! Resolves the states of one room by `ruma_state_res::resolve` as often as it is told, and says how much CPU time that took.
//!
//! `ruma-resolver ROOM.json`, and then a line for each request: `known N` resolves N times with the auth chains (and from room
//! version 12 on the conflicted state subgraph) at hand, `whole N` finds them each time, and each answers with the nanoseconds
//! of all N; `state known` and `state whole` answer with the resolved state.
mod room;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    error::Error,
    io::{BufRead, Write},
    time::Duration,
};

use cpu_time::ProcessTime;
use ruma_common::{
    EventId,
    room_version_rules::{RoomVersionRules, StateResolutionV2Rules},
};
use ruma_state_res::{StateMap, resolve, utils::event_id_set::EventIdSet};

use room::{Id, Pdu, Room};

/// What a caller of `resolve` brings along, which takes it for itself.
struct Known {
    auth_chains: Vec<EventIdSet<Id>>,
    subgraph: Option<EventIdSet<Id>>,
}

struct Resolver {
    room: Room,
    rules: RoomVersionRules,
    resolution: StateResolutionV2Rules,
}

impl Resolver {
    fn new(room: Room) -> Result<Self, Box<dyn Error>> {
        let rules = room.version.rules().ok_or("the room version has no rules")?;
        let resolution = *rules.state_res.v2_rules().ok_or("the room version resolves by version 1")?;
        Ok(Self { room, rules, resolution })
    }

    fn event(&self, id: &EventId) -> Option<&'static Pdu> {
        self.room.events.get(id).copied()
    }

    /// Everything that the events of a state come from by `auth_events`, depth first.
    fn auth_chain(&self, state: &StateMap<Id>) -> EventIdSet<Id> {
        let mut chain = EventIdSet::new();
        let mut pending: Vec<Id> = state.values().copied().collect();
        while let Some(id) = pending.pop() {
            for &parent in self.event(id).map(|event| event.auth_events.as_slice()).unwrap_or_default() {
                if chain.insert(parent) {
                    pending.push(parent);
                }
            }
        }
        chain
    }

    /// The events on a path between two events of the conflicted state set: what these come from, and what leads back to one.
    fn subgraph(&self, conflicted: &StateMap<Vec<Id>>) -> EventIdSet<Id> {
        let roots: Vec<Id> = conflicted.values().flatten().copied().collect();
        let mut below: HashSet<Id> = roots.iter().copied().collect();
        let mut children: HashMap<Id, Vec<Id>> = HashMap::new();
        let mut pending: Vec<Id> = below.iter().copied().collect();
        while let Some(id) = pending.pop() {
            for &parent in self.event(id).map(|event| event.auth_events.as_slice()).unwrap_or_default() {
                children.entry(parent).or_default().push(id);
                if below.insert(parent) {
                    pending.push(parent);
                }
            }
        }
        let mut found = EventIdSet::new();
        let mut pending = roots;
        while let Some(id) = pending.pop() {
            if found.insert(id) {
                pending.extend(children.get(id).into_iter().flatten());
            }
        }
        found
    }

    /// Keys at which the states differ, as `resolve` gives them to its callers.
    fn conflicted(&self) -> StateMap<Vec<Id>> {
        let mut all: StateMap<Vec<Id>> = StateMap::new();
        for (key, &id) in self.room.states.iter().flatten() {
            all.entry(key.clone()).or_default().push(id);
        }
        all.retain(|_, ids| ids.len() < self.room.states.len() || ids.iter().any(|&id| id != ids[0]));
        all
    }

    fn auth_chains(&self) -> Vec<EventIdSet<Id>> {
        self.room.states.iter().map(|state| self.auth_chain(state)).collect()
    }

    fn learn(&self) -> Known {
        let is_used = self.resolution.consider_conflicted_state_subgraph;
        Known {
            auth_chains: self.auth_chains(),
            subgraph: is_used.then(|| self.subgraph(&self.conflicted())),
        }
    }

    fn with_known(&self, known: Known) -> StateMap<Id> {
        let subgraph = RefCell::new(known.subgraph);
        self.resolve(known.auth_chains, |_| subgraph.take())
    }

    fn whole(&self) -> StateMap<Id> {
        self.resolve(self.auth_chains(), |conflicted| Some(self.subgraph(conflicted)))
    }

    fn resolve(&self, auth_chains: Vec<EventIdSet<Id>>, subgraph: impl Fn(&StateMap<Vec<Id>>) -> Option<EventIdSet<Id>>) -> StateMap<Id> {
        let fetch = |id: &EventId| self.event(id);
        resolve(
            &self.rules.authorization,
            &self.resolution,
            &self.room.states,
            auth_chains,
            fetch,
            subgraph,
        )
        .expect("the room can be resolved")
    }
}

/// Times calls by the CPU time of the process; what they take in is made before, and what they give is dropped within.
fn time<T>(inputs: Vec<T>, call: impl Fn(T) -> StateMap<Id>) -> Duration {
    let begin = ProcessTime::now();
    for input in inputs {
        drop(call(input));
    }
    begin.elapsed()
}

fn answer(resolver: &Resolver, known: &Known, line: &str) -> Result<String, Box<dyn Error>> {
    let copy = || Known {
        auth_chains: known.auth_chains.clone(),
        subgraph: known.subgraph.clone(),
    };
    let (what, argument) = line.split_once(' ').ok_or("a request has two words")?;
    Ok(match (what, argument) {
        ("state", "known") => serde_json::to_string(&room::flatten(&resolver.with_known(copy())))?,
        ("state", "whole") => serde_json::to_string(&room::flatten(&resolver.whole()))?,
        ("known", count) => {
            let inputs = (0..count.parse::<usize>()?).map(|_| copy()).collect();
            time(inputs, |input| resolver.with_known(input)).as_nanos().to_string()
        }
        ("whole", count) => time(vec![(); count.parse::<usize>()?], |()| resolver.whole())
            .as_nanos()
            .to_string(),
        _ => return Err("unknown request".into()),
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: ruma-resolver ROOM.json")?;
    let resolver = Resolver::new(Room::read(&path)?)?;
    let known = resolver.learn();
    let mut out = std::io::stdout().lock();
    writeln!(out, "ready")?;
    out.flush()?;
    for line in std::io::stdin().lock().lines() {
        writeln!(out, "{}", answer(&resolver, &known, &line?)?)?;
        out.flush()?;
    }
    Ok(())
}
