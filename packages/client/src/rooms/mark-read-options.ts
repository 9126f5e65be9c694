/** How to mark something as read. */
export interface MarkReadOptions {
  /** Whether only the user is to know. Default: `false`. */
  private?: boolean | undefined;
}
