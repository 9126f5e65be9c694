import type { EventItem, Poll, PollAnswerResult, PollResults, Room, UserId } from "@patrix/client";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Avatar, colorOf } from "./avatar.tsx";
import { describeEvent } from "./describe-event.ts";
import { nameOf } from "./names.ts";
import { fullTime, timeOfDay } from "./times.ts";
import { useLive } from "./use-live.ts";

/** A question to choose answers of, and how it stands. */
export function PollMessage({ item, room, userId }: { item: EventItem; room: Room; userId: UserId }): JSX.Element {
  const { sender, ts, id } = item.event;
  // While it is sent it has another ID, and no votes.
  const poll = usePoll(room, item.sending ? undefined : id);
  return (
    <li class="message" aria-label={`${nameOf(sender)}, ${timeOfDay(ts)}`} tabIndex={0}>
      <Avatar name={sender.name} id={sender.id} />
      <div class="content">
        <p class="head">
          <strong class={`c${colorOf(sender.id)}`} title={sender.id}>
            {nameOf(sender)}
          </strong>
          <time title={fullTime(ts)}>{timeOfDay(ts)}</time>
        </p>
        {poll ? <Votes poll={poll} userId={userId} mayEnd={item.event.isOwn || room.can("redact")} /> : <p>{describeEvent(item.event)}</p>}
      </div>
    </li>
  );
}

function usePoll(room: Room, id: EventItem["event"]["id"] | undefined): Poll | undefined {
  const [poll, setPoll] = useState<Poll>();
  useEffect(() => {
    const opened = id === undefined ? undefined : room.poll(id);
    setPoll(opened);
    return () => void opened?.[Symbol.asyncDispose]();
  }, [room, id]);
  return poll;
}

function Votes({ poll, userId, mayEnd }: { poll: Poll; userId: UserId; mayEnd: boolean }): JSX.Element {
  const results = useLive<PollResults | undefined>(poll.results);
  if (!results) return <p class="soft">Counting votes…</p>;
  const { question, answers, maxSelections, endedTs } = results;
  const chosen = answers.filter(({ voters }) => voters.includes(userId)).map((answer) => answer.id);
  const choose = (id: string): void => {
    const others = chosen.filter((one) => one !== id);
    // Of one answer the vote is moved, and taken back where it is chosen again.
    const next = chosen.includes(id) ? others : maxSelections === 1 ? [id] : [...others, id];
    if (next.length <= maxSelections) void poll.vote(next);
  };
  const total = new Set(answers.flatMap(({ voters }) => voters)).size;
  const isShown = results.isDisclosed || endedTs !== undefined;
  return (
    <fieldset class="poll">
      <legend>{question}</legend>
      {answers.map((answer) => (
        <Answer
          key={answer.id}
          answer={answer}
          share={isShown && total > 0 ? answer.voters.length / total : 0}
          isShown={isShown}
          isChosen={chosen.includes(answer.id)}
          onChoose={endedTs === undefined ? () => choose(answer.id) : undefined}
        />
      ))}
      <p class="soft">
        {total === 1 ? "1 vote" : `${total} votes`}
        {endedTs !== undefined ? " · ended" : isShown ? "" : " · shown at the end"}{" "}
        {mayEnd && endedTs === undefined && (
          <button class="link" onClick={() => void poll.end()}>
            End the poll
          </button>
        )}
      </p>
    </fieldset>
  );
}

interface AnswerProps {
  readonly answer: PollAnswerResult;
  /** Of all who voted, from 0 to 1. */
  readonly share: number;
  readonly isShown: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (() => void) | undefined;
}

function Answer({ answer, share, isShown, isChosen, onChoose }: AnswerProps): JSX.Element {
  const { text, voters } = answer;
  return (
    <button
      class="answer"
      aria-pressed={isChosen}
      disabled={onChoose === undefined}
      onClick={onChoose}
      style={{ "--share": `${Math.round(share * 100)}%` }}
    >
      <span>{text}</span> {isShown && <span class="soft">{voters.length}</span>}
    </button>
  );
}
