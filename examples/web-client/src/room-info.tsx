import type { Client, Member, Room } from "@patrix/client";
import { isUserId } from "@patrix/identifiers";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Avatar } from "./avatar.tsx";
import { formField } from "./form-field.ts";
import { Icon, IconButton } from "./icons.tsx";
import { nameOf } from "./names.ts";
import { describeError } from "./session.ts";
import { useLive } from "./use-live.ts";

/** Who is in a conversation, and the way in and out. */
export function RoomInfo({ client, room, onClose }: { client: Client; room: Room; onClose: () => void }): JSX.Element {
  const members = useMembers(room);
  const [problem, setProblem] = useState("");
  const invite = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const id = formField(form, "id");
    setProblem("");
    try {
      if (!isUserId(id)) throw new Error("IDs of people look like @bob:example.org");
      await room.members.invite(id);
      form.reset();
    } catch (error) {
      setProblem(describeError(error));
    }
  };
  return (
    <aside class="panel info" aria-label="About this conversation">
      <header>
        <h2>{room.name}</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <div class="sections">
        {room.topic !== undefined && <p>{room.topic}</p>}
        {room.can("invite") && (
          <form class="inline" onSubmit={(event) => void invite(event)}>
            <input
              name="id"
              aria-label="ID of whom to invite"
              placeholder={`@bob:${client.userId.split(":").slice(1).join(":")}`}
              required
            />
            <button class="primary small">Invite</button>
          </form>
        )}
        {problem !== "" && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <h3 id="members-title">{members.length === 1 ? "One person" : `${members.length} people`}</h3>
        <ul class="members" aria-labelledby="members-title">
          {members.map((member) => (
            <li key={member.id}>
              <Avatar name={member.name} id={member.id} />
              <span>
                {nameOf(member)}
                <span class="soft">{member.membership === "invite" ? "invited" : member.id}</span>
              </span>
            </li>
          ))}
        </ul>
        <button class="small" onClick={() => void room.leave()}>
          <Icon name="leave" /> Leave the conversation
        </button>
      </div>
    </aside>
  );
}

function useMembers(room: Room): readonly Member[] {
  const [members, setMembers] = useState<readonly Member[]>([]);
  const changed = useLive(room.info);
  useEffect(() => {
    const sort = (all: readonly Member[]): void => setMembers(all.toSorted((one, other) => nameOf(one).localeCompare(nameOf(other))));
    // What cannot be asked for now is shown when it can.
    room.members.list().then(sort, () => {});
  }, [room, changed, room.lastActivityTs]);
  return members;
}
