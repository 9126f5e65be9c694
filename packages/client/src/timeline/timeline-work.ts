// What is loaded when a timeline is opened, the threads of a room are listed, or a poll is opened.
export { openPoll } from "./poll-work.ts";
export { pollEndContent, voteContent } from "./poll-votes.ts";
export { ThreadListWork } from "./thread-list.ts";
export { openTimeline } from "./timeline-handle.ts";
