import type { JSX } from "preact";

const paths = {
  attach: "M21 11.5 12.5 20a5.5 5.5 0 0 1-8-7.5l9-9a3.7 3.7 0 0 1 5.3 5.2l-8.9 8.9a1.9 1.9 0 0 1-2.7-2.6l8-8",
  back: "M15 5l-7 7 7 7",
  check: "M4 12.5l5 5L20 6.5",
  close: "M6 6l12 12M18 6L6 18",
  edit: "M4 20l1-4L16.5 4.5a2.1 2.1 0 0 1 3 3L8 19z",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  leave: "M15 4h4v16h-4M10 8l-4 4 4 4M6 12h9",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  plus: "M12 5v14M5 12h14",
  react: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5c1.8 2.3 5.2 2.3 7 0M9 9.5v.5M15 9.5v.5",
  reply: "M9 7l-5 5 5 5M4 12h10a6 6 0 0 1 6 6",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.8-4.8",
  send: "M4 12l16-8-5 16-3.5-6.5z",
  settings:
    "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2",
  shield: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z",
  thread: "M5 5h14v10H11l-4 4v-4H5zM9 9h6M9 12h4",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.5",
} as const;

/** The name of a picture. */
export type IconName = keyof typeof paths;

/** A picture that says nothing to who does not see it: what it stands in has a name. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** A button with a picture, and a name for who does not see it. */
export function IconButton({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }): JSX.Element {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

/** The mark of the client. */
export function Mark(): JSX.Element {
  return <img class="mark" src={markUrl} alt="" width="48" height="48" />;
}

const markUrl = new URL("icon.svg", document.baseURI).href;
