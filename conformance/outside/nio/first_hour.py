"""The first hour of two people with matrix-nio, against a homeserver.

python first_hour.py BASE_URL STORE_FOLDER

Prints one JSON object a line for each step: what was done, and what went wrong if it did not succeed.
"""

import asyncio
import io
import json
import sys
import traceback

import nio
from nio import AsyncClient, AsyncClientConfig, ErrorResponse
from nio.crypto import ENCRYPTION_ENABLED

BASE_URL, STORE = sys.argv[1:3]
PASSWORDS = {"nia": "correct horse 1", "nils": "correct horse 2"}
PNG = bytes([137, 80, 78, 71, 13, 10, 26, 10, 1, 2, 3])
MAX_SYNCS = 20


class Refused(Exception):
    """An error answer of the server, or an answer that nio does not take for one of its kind."""


def ok(response):
    if isinstance(response, ErrorResponse):
        raise Refused(f"{type(response).__name__}: {response.message} {response.status_code}")
    return response


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


async def sync_until(client, look, what):
    """Syncs until `look` finds something."""
    for _ in range(MAX_SYNCS):
        found = look()
        if found:
            return found
        ok(await client.sync(timeout=1000))
        if client.olm:
            await keep_keys(client)
    raise AssertionError(f"{what} did not come")


def has_member(client, room_id, user_id):
    room = client.rooms.get(room_id)
    return room is not None and user_id in room.users


async def keep_keys(client):
    """What nio's own loop does between two syncs."""
    if client.should_upload_keys:
        ok(await client.keys_upload())
    if client.should_query_keys:
        ok(await client.keys_query())
    await client.send_to_device_messages()


class Hour:
    """The steps, in order; each builds on those before it."""

    def __init__(self):
        self.heard = {}
        self.nia = self.client("nia")
        self.nils = self.client("nils")

    def client(self, name):
        config = AsyncClientConfig(encryption_enabled=ENCRYPTION_ENABLED, store_sync_tokens=True)
        client = AsyncClient(BASE_URL, f"@{name}:localhost", store_path=STORE, config=config)
        heard = self.heard.setdefault(name, [])
        client.add_event_callback(lambda room, event: heard.append((room.room_id, event)), nio.Event)
        return client

    def has_heard(self, name, passes):
        return next((event for _, event in self.heard[name] if passes(event)), None)

    async def says(self, client, room_id, body, **more):
        content = {"msgtype": "m.text", "body": body, **more}
        response = await client.room_send(room_id, "m.room.message", content, ignore_unverified_devices=True)
        return ok(response).event_id

    async def hears(self, name, body):
        client = getattr(self, name)
        return await sync_until(client, lambda: self.has_heard(name, lambda event: getattr(event, "body", None) == body), body)

    async def register_and_log_in(self):
        for name, password in PASSWORDS.items():
            client = getattr(self, name)
            ok(await client.register(name, password))
            ok(await client.logout())
            client.user = f"@{name}:localhost"
            ok(await client.login(password))
            ok(await client.sync(timeout=0, full_state=True))
            if client.olm:
                await keep_keys(client)

    async def profile(self):
        ok(await self.nia.set_displayname("Nia"))
        response = ok(await self.nils.get_profile(self.nia.user_id))
        expect(response.displayname == "Nia", "the display name")

    async def private_room(self):
        response = ok(await self.nia.room_create(name="Plain", invite=[self.nils.user_id]))
        self.plain = response.room_id
        await sync_until(self.nils, lambda: self.plain in self.nils.invited_rooms, "the invite")
        ok(await self.nils.join(self.plain))
        await sync_until(self.nils, lambda: self.plain in self.nils.rooms, "the room")
        await sync_until(self.nia, lambda: has_member(self.nia, self.plain, self.nils.user_id), "the member")

    async def joined_members_without_names(self):
        members = ok(await self.nia.joined_members(self.plain)).members
        expect({member.user_id for member in members} == {self.nia.user_id, self.nils.user_id}, "the members")

    async def messages_both_ways(self):
        await self.says(self.nia, self.plain, "hello nils")
        await self.hears("nils", "hello nils")
        self.first = await self.says(self.nils, self.plain, "hello nia")
        await self.hears("nia", "hello nia")

    async def relations(self):
        relation = {"m.relates_to": {"m.in_reply_to": {"event_id": self.first}}}
        await self.says(self.nia, self.plain, "a reply", **relation)
        await self.hears("nils", "a reply")
        await self.says(
            self.nils,
            self.plain,
            "* hello again",
            **{
                "m.new_content": {"msgtype": "m.text", "body": "hello again"},
                "m.relates_to": {"rel_type": "m.replace", "event_id": self.first},
            },
        )
        await self.hears("nia", "* hello again")
        reaction = {"m.relates_to": {"rel_type": "m.annotation", "event_id": self.first, "key": "👍"}}
        ok(await self.nia.room_send(self.plain, "m.reaction", reaction))
        await sync_until(self.nils, lambda: self.has_heard("nils", lambda e: e.source["type"] == "m.reaction"), "the reaction")
        ok(await self.nils.room_redact(self.plain, self.first, "enough"))
        await sync_until(self.nia, lambda: self.has_heard("nia", lambda e: getattr(e, "redacts", None) == self.first), "the redaction")

    async def receipts_and_typing(self):
        event_id = await self.says(self.nia, self.plain, "read me")
        await self.hears("nils", "read me")
        ok(await self.nils.room_read_markers(self.plain, event_id, event_id))
        ok(await self.nils.room_typing(self.plain, True, 10_000))
        await sync_until(self.nia, lambda: self.nils.user_id in self.nia.rooms[self.plain].typing_users, "who is typing")

    async def history(self):
        response = ok(await self.nils.room_messages(self.plain, self.nils.next_batch, limit=50))
        expect(any(getattr(event, "body", None) == "hello nils" for event in response.chunk), "the first message")

    async def encrypted_both_ways(self):
        if not ENCRYPTION_ENABLED:
            return "left out: nio was installed without encryption"
        state = [nio.EnableEncryptionBuilder().as_dict()]
        response = ok(await self.nia.room_create(name="Secrets", invite=[self.nils.user_id], initial_state=state))
        room_id = response.room_id
        await sync_until(self.nils, lambda: room_id in self.nils.invited_rooms, "the invite")
        ok(await self.nils.join(room_id))
        await sync_until(self.nils, lambda: room_id in self.nils.rooms and self.nils.rooms[room_id].encrypted, "the room")
        await sync_until(self.nia, lambda: has_member(self.nia, room_id, self.nils.user_id), "the member")
        for client, name, body in ((self.nia, "nils", "a secret"), (self.nils, "nia", "well kept")):
            ok(await client.joined_members(room_id))
            await keep_keys(client)
            await self.says(client, room_id, body)
            event = await self.hears(name, body)
            expect(event.decrypted, f"{body} was not encrypted")
        return None

    async def upload_and_download(self):
        response, _ = await self.nia.upload(io.BytesIO(PNG), content_type="image/png", filename="tiny.png", filesize=len(PNG))
        uri = ok(response).content_uri
        server_name, media_id = uri.removeprefix("mxc://").split("/")
        arguments = {"mxc": uri} if "mxc" in AsyncClient.download.__code__.co_varnames else {"server_name": server_name, "media_id": media_id}
        answer = await self.nils.download(**arguments)
        if isinstance(answer, ErrorResponse):
            expect("media.legacy_unauthenticated" in str(answer.message), f"the answer names no setting: {answer.message}")
            return "refused on the path without a token, which the message says"
        expect(answer.body == PNG, "the bytes")
        return None

    async def moderation(self):
        room_id = ok(await self.nia.room_create(name="Strict", invite=[self.nils.user_id])).room_id
        await sync_until(self.nils, lambda: room_id in self.nils.invited_rooms, "the invite")
        ok(await self.nils.join(room_id))
        ok(await self.nia.room_kick(room_id, self.nils.user_id))
        ok(await self.nia.room_ban(room_id, self.nils.user_id))
        expect(isinstance(await self.nils.join(room_id), ErrorResponse), "a banned user joined")
        ok(await self.nia.room_unban(room_id, self.nils.user_id))
        ok(await self.nia.room_put_state(room_id, "m.room.topic", {"topic": "Calm"}))
        response = ok(await self.nia.room_get_state_event(room_id, "m.room.topic"))
        expect(response.content["topic"] == "Calm", "the topic")

    async def public_room(self):
        ok(await self.nia.room_create(name="Open", alias="nio", visibility=nio.RoomVisibility.public, preset=nio.RoomPreset.public_chat))
        response = ok(await self.nils.room_resolve_alias("#nio:localhost"))
        ok(await self.nils.join("#nio:localhost"))
        await sync_until(self.nils, lambda: response.room_id in self.nils.rooms, "the room")

    async def devices_without_names(self):
        other = self.client("nia")
        other.device_id = "NAMELESS"
        ok(await other.login_raw({"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "nia"}, "password": PASSWORDS["nia"]}))
        devices = {device.id: device for device in ok(await self.nia.devices()).devices}
        expect(other.device_id in devices, "the other device")
        ok(await self.nia.update_device(other.device_id, {"display_name": "A second"}))
        asked = await self.nia.delete_devices([other.device_id])
        auth = {
            "type": "m.login.password",
            "session": asked.session,
            "identifier": {"type": "m.id.user", "user": self.nia.user_id},
            "password": PASSWORDS["nia"],
        }
        ok(await self.nia.delete_devices([other.device_id], auth))
        expect(isinstance(await other.whoami(), ErrorResponse), "the other device is still logged in")
        await other.close()

    async def leave_and_log_out(self):
        ok(await self.nils.room_leave(self.plain))
        ok(await self.nils.room_forget(self.plain))
        ok(await self.nils.logout())
        ok(await self.nia.logout())


async def main():
    hour = Hour()
    steps = [name for name, step in vars(Hour).items() if asyncio.iscoroutinefunction(step) and name not in ("says", "hears")]
    try:
        for name in steps:
            line = {"step": name.replace("_", " "), "ok": True}
            try:
                line["note"] = await getattr(hour, name)()
            except Exception as error:
                line.update(ok=False, note=f"{error}\n{traceback.format_exc()}")
            print(json.dumps(line), flush=True)
    finally:
        await hour.nia.close()
        await hour.nils.close()


asyncio.run(main())
