"""A person with matrix-nio who does what a test says.

python talk.py BASE_URL STORE_FOLDER NAME

Reads a line of JSON for each thing to do, and answers each with a line. nio verifies devices by the messages from before requests: what
requests add is sent and answered here.
"""

import asyncio
import json
import os
import sys

import nio
from nio import AsyncClient, AsyncClientConfig, ErrorResponse, ToDeviceMessage
from nio.crypto import ENCRYPTION_ENABLED
from nio.crypto.sas import SasState

BASE_URL, STORE, NAME = sys.argv[1:4]
PASSWORD = "correct horse 1"
PATIENCE = 40
SAVED = os.path.join(STORE, f"{NAME}.json")


def ok(response):
    if isinstance(response, ErrorResponse):
        raise RuntimeError(f"{type(response).__name__}: {response.message} {response.status_code}")
    return response


REQUESTS = []
parse_event = nio.ToDeviceEvent.parse_event.__func__


def parse_and_note(cls, event):
    """nio leaves out what it does not know."""
    if event.get("type") == "m.key.verification.request":
        REQUESTS.append(event)
    return parse_event(cls, event)


nio.ToDeviceEvent.parse_event = classmethod(parse_and_note)


class Person:
    def __init__(self):
        config = AsyncClientConfig(encryption_enabled=ENCRYPTION_ENABLED, store_sync_tokens=True)
        self.client = AsyncClient(BASE_URL, f"@{NAME}:localhost", store_path=STORE, config=config)
        self.heard = []
        self.requests = REQUESTS
        self.sas = None
        self.other = None
        self.client.add_event_callback(lambda room, event: self.heard.append((room.room_id, event.body)), nio.RoomMessageText)
        self.client.add_event_callback(lambda room, event: self.undecrypted(room, event), nio.MegolmEvent)
        self.missing = []

    def undecrypted(self, room, event):
        self.missing.append((room.room_id, event))

    async def open(self):
        if os.path.exists(SAVED):
            with open(SAVED) as file:
                session = json.load(file)
            self.client.restore_login(session["user_id"], session["device_id"], session["access_token"])
        else:
            response = ok(await self.client.login(PASSWORD, device_name="nio"))
            with open(SAVED, "w") as file:
                json.dump({"user_id": response.user_id, "device_id": response.device_id, "access_token": response.access_token}, file)
        await self.step()
        return {"device": self.client.device_id}

    async def step(self):
        """Syncs, and does what nio's own loop does between two syncs."""
        ok(await self.client.sync(timeout=500, sync_filter={"room": {"timeline": {"limit": 100}}}))
        if self.client.should_upload_keys:
            ok(await self.client.keys_upload())
        if self.client.should_query_keys:
            ok(await self.client.keys_query())
        await self.client.send_to_device_messages()

    async def until(self, look, what):
        deadline = asyncio.get_event_loop().time() + PATIENCE
        while asyncio.get_event_loop().time() < deadline:
            found = look()
            if found:
                return found
            await self.step()
        raise RuntimeError(f"{what} did not come")

    async def join(self, order):
        await self.until(lambda: order["room"] in self.client.invited_rooms, "the invite")
        ok(await self.client.join(order["room"]))
        await self.until(lambda: order["room"] in self.client.rooms, "the room")
        await self.step()

    async def say(self, order):
        await self.step()
        content = {"msgtype": "m.text", "body": order["body"]}
        ok(await self.client.room_send(order["room"], "m.room.message", content, ignore_unverified_devices=True))

    def retry(self):
        for room_id, event in list(self.missing):
            try:
                decrypted = self.client.decrypt_event(event)
            except nio.EncryptionError:
                continue
            self.missing.remove((room_id, event))
            self.heard.append((room_id, getattr(decrypted, "body", None)))

    async def hears(self, order):
        def look():
            self.retry()
            return (order["room"], order["body"]) in self.heard

        try:
            await self.until(look, order["body"])
        except RuntimeError as error:
            raise RuntimeError(f"{error}: there is {self.heard}, and {len(self.missing)} undecrypted") from error

    async def answer(self, order):
        request = await self.until(lambda: self.requests and self.requests.pop(0), "a request")
        content = request["content"]
        self.transaction = content["transaction_id"]
        self.other = (request["sender"], content["from_device"])
        await self.send("ready", {"from_device": self.client.device_id, "methods": ["m.sas.v1"]})
        await self.until(lambda: self.transaction in self.client.key_verifications, "the start")
        ok(await self.client.accept_key_verification(self.transaction))
        return await self.emoji()

    async def emoji(self):
        self.sas = self.client.key_verifications[self.transaction]
        await self.until(lambda: self.sas.state == SasState.key_received, "the key of the other side")
        return {"emoji": [symbol for symbol, _ in self.sas.get_emoji()]}

    async def confirm(self, order):
        ok(await self.client.confirm_short_auth_string(self.transaction))
        await self.until(lambda: self.sas.verified, "the confirmation of the other side")
        await self.send("done", {})
        await self.step()
        device = self.client.device_store[self.other[0]][self.other[1]]
        return {"verified": device.verified}

    async def send(self, name, content):
        body = {"transaction_id": self.transaction, **content}
        ok(await self.client.to_device(ToDeviceMessage(f"m.key.verification.{name}", *self.other, body)))

    async def export(self, order):
        await self.client.export_keys(order["path"], order["passphrase"])

    async def import_keys(self, order):
        await self.client.import_keys(order["path"], order["passphrase"])
        ok(await self.client.joined_rooms())
        messages = ok(await self.client.room_messages(order["room"], start=self.client.next_batch, limit=100))
        for event in messages.chunk:
            if isinstance(event, nio.MegolmEvent):
                self.missing.append((order["room"], event))
            elif isinstance(event, nio.RoomMessageText):
                self.heard.append((order["room"], event.body))


async def main():
    person = Person()
    orders = {
        "join": person.join,
        "say": person.say,
        "hears": person.hears,
        "answer": person.answer,
        "confirm": person.confirm,
        "export": person.export,
        "import": person.import_keys,
    }
    print(json.dumps({"ok": True, **await person.open()}), flush=True)
    loop = asyncio.get_event_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        try:
            answer = {"ok": True, **(await orders[order["do"]](order) or {})}
        except Exception as error:  # noqa: BLE001
            answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
    await person.client.close()


asyncio.run(main())
