/** A pusher as a client sets it. */
export const pusher = {
  pushkey: "key",
  kind: "http",
  app_id: "app",
  app_display_name: "App",
  device_display_name: "Phone",
  lang: "en",
  data: { url: "https://push.example.org/_matrix/push/v1/notify" },
} as const;
