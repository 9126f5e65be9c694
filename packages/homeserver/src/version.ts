/** The version of this server. */
export const VERSION: string = "0.1.0";
