const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const dayMs = 86_400_000;

/** The time of day. */
export function timeOfDay(date: Date): string {
  return time.format(date);
}

/** Day and time. */
export function fullTime(date: Date): string {
  return full.format(date);
}

/** Today's times, the names of days of this week, dates of all else. */
export function shortTime(date: Date): string {
  if (date.toDateString() === new Date().toDateString()) return time.format(date);
  return Date.now() - date.getTime() < 6 * dayMs ? weekday.format(date) : dayAndMonth.format(date);
}

/** A day as a heading. */
export function dayTitle(date: Date): string {
  if (date.toDateString() === new Date().toDateString()) return "Today";
  return date.toDateString() === new Date(Date.now() - dayMs).toDateString() ? "Yesterday" : longDay.format(date);
}
