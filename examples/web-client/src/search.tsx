import type { Client, Room } from "@patrix/client";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { Avatar } from "./avatar.tsx";
import { formField } from "./form-field.ts";
import { IconButton } from "./icons.tsx";
import { type Found, searchRoom } from "./search-room.ts";
import { describeError } from "./session.ts";
import { fullTime, shortTime } from "./times.ts";

/** Finds what was said in a conversation. */
export function Search({ client, room, onClose }: { client: Client; room: Room; onClose: () => void }): JSX.Element {
  const [found, setFound] = useState<readonly Found[]>();
  const [state, setState] = useState("");
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const text = formField(event.currentTarget, "text");
    if (text === "") return;
    setState("Searching…");
    try {
      const results = await searchRoom(client, room, text);
      setFound(results);
      setState(results.length === 0 ? "Nothing was found." : "");
    } catch (error) {
      setState(describeError(error));
    }
  };
  return (
    <aside class="panel search" aria-label="Search">
      <header>
        <h2>Search</h2>
        <IconButton icon="close" label="Close the search" onClick={onClose} />
      </header>
      <form onSubmit={(event) => void submit(event)}>
        <input type="search" name="text" aria-label="What to look for" placeholder="What to look for" autofocus />
        <button class="primary small">Search</button>
      </form>
      {room.encrypted && (
        <p class="soft">The server cannot read this conversation, so this device looks through the last messages itself.</p>
      )}
      <p role="status">{state}</p>
      <ol class="results">
        {found?.map(({ id, sender, text, ts }) => (
          <li key={id}>
            <Avatar name={sender.name} id={sender.id} small />
            <p>
              <strong>{sender.name}</strong> <time title={fullTime(ts)}>{shortTime(ts)}</time>
              <br />
              {text}
            </p>
          </li>
        ))}
      </ol>
    </aside>
  );
}
