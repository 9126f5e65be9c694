/** Whether redaction has stripped an event, by what a server adds to such events in the form that clients get. */
export function isRedacted(event: { readonly unsigned?: object | undefined }): boolean {
  return event.unsigned !== undefined && Object.hasOwn(event.unsigned, "redacted_because");
}
