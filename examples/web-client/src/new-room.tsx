import type { Client, Room, UserId } from "@patrix/client";
import { isRoomIdOrAlias, isUserId, type RoomIdOrAlias } from "@patrix/identifiers";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { formField } from "./form-field.ts";
import { describeError } from "./session.ts";

/** Begins a conversation, or joins one. */
export function NewRoom({ client, onClose, onOpen }: { client: Client; onClose: () => void; onOpen: (room: Room) => void }): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    setProblem("");
    try {
      const address = formField(form, "address");
      const room = address === "" ? await create(client, form) : await client.rooms.join(readAddress(address));
      onOpen(room);
      onClose();
    } catch (error) {
      setProblem(describeError(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title="New conversation" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <Fields client={client} />
        {problem !== "" && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button class="primary" disabled={isBusy}>
          {isBusy ? "One moment…" : "Begin"}
        </button>
      </form>
    </Dialog>
  );
}

function Fields({ client }: { client: Client }): JSX.Element {
  return (
    <>
      <label>
        Whom to talk to
        <input
          name="people"
          placeholder={`@bob:${client.userId.split(":").slice(1).join(":")}`}
          autocapitalize="none"
          spellcheck={false}
          autofocus
        />
        <small class="soft">IDs of people, with spaces between them. None: you are alone for now.</small>
      </label>
      <label>
        What it is called
        <input name="name" placeholder="Only needed for groups" />
      </label>
      <label class="check">
        <input name="encrypted" type="checkbox" defaultChecked />
        <span>
          Encrypted: only those in it can read it <small class="soft">This cannot be taken back.</small>
        </span>
      </label>
      <details>
        <summary>Join a room by its address instead</summary>
        <label>
          Address
          <input name="address" placeholder="#tea:example.org" autocapitalize="none" spellcheck={false} />
        </label>
      </details>
    </>
  );
}

async function create(client: Client, form: HTMLFormElement): Promise<Room> {
  const people = formField(form, "people")
    .split(/[\s,;]+/)
    .filter((text) => text !== "")
    .map(readUserId);
  const name = formField(form, "name");
  const encrypted = formField(form, "encrypted") !== "";
  const [only, ...others] = people;
  if (only !== undefined && others.length === 0 && name === "" && !encrypted) return client.rooms.dm(only);
  return client.rooms.create({ name: name === "" ? undefined : name, invite: people, encrypted, preset: "trusted" });
}

function readUserId(text: string): UserId {
  if (!isUserId(text)) throw new Error(`“${text}” is no ID of a person: those look like @bob:example.org`);
  return text;
}

function readAddress(text: string): RoomIdOrAlias {
  if (!isRoomIdOrAlias(text)) throw new Error(`“${text}” is no address of a room: those look like #tea:example.org`);
  return text;
}
