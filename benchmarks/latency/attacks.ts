// What one account can ask for: for each part of the operation table that reads or computes, the largest inputs that are allowed.
import { type Account, repeat } from "./account.ts";

/** How much is prepared and asked for. */
export interface Sizes {
  /** Messages of 60 kB in the room that is read. */
  readonly messages: number;
  readonly publishedRooms: number;
  readonly polls: number;
  /** Types in a filter. */
  readonly patterns: number;
  readonly stateEvents: number;
  readonly accountData: number;
  readonly backupKeys: number;
  /** Requests of one kind at once. */
  readonly atOnce: number;
  /** Items of the list in the body that every operation gets. */
  readonly items: number;
}

/** One way to be a burden. */
export interface Attack {
  readonly name: string;
  /** Makes what is asked for. */
  readonly prepare?: () => Promise<unknown>;
  readonly run: () => Promise<unknown>;
  /** Whether it is one of the four that security.md reports. */
  readonly isReported?: boolean;
}

const text = "x".repeat(60_000);

/** Every attack, by one account. */
export async function attacks(account: Account, sizes: Sizes): Promise<Attack[]> {
  const { room_id: bigRoom } = await account.must("POST", "/v3/createRoom", {});
  const { room_id: smallRoom } = await account.must("POST", "/v3/createRoom", {});
  const together = (method: string, path: string, body?: unknown) => (): Promise<unknown> =>
    repeat(sizes.atOnce, sizes.atOnce, () => account.ask(method, path, body));
  const send = (room: string | undefined, count: number, body: string): Promise<void> =>
    repeat(count, 8, (i) => account.must("PUT", `/v3/rooms/${room}/send/m.room.message/${body.length}x${i}`, { msgtype: "m.text", body }));
  let filter = "";
  return [
    {
      name: `${sizes.atOnce} × /messages of ${sizes.messages} × 60 kB`,
      isReported: true,
      prepare: () => send(bigRoom, sizes.messages, text),
      run: together("GET", `/v3/rooms/${bigRoom}/messages?dir=b&limit=1000`),
    },
    {
      name: `5 × /sync with ${sizes.patterns} types in the filter`,
      isReported: true,
      prepare: async () => {
        await send(smallRoom, 150, "x");
        const patterns = Array.from({ length: sizes.patterns }, (_, i) => `t${i}*`);
        const types = [...patterns, ...Array.from({ length: 3_000 }, (_, i) => `t${i}`)];
        const stored = await account.must("POST", `/v3/user/${account.userId}/filter`, {
          room: { rooms: [smallRoom], timeline: { limit: 100, types } },
        });
        filter = stored["filter_id"] ?? "";
      },
      run: () => repeat(5, 5, () => account.ask("GET", `/v3/sync?filter=${filter}`)),
    },
    {
      name: `${sizes.polls} long polls and one change`,
      isReported: true,
      run: async () => {
        const narrow = encodeURIComponent(JSON.stringify({ room: { rooms: [] } }));
        const { next_batch: since } = await account.must("GET", `/v3/sync?filter=${narrow}`);
        const polls: Promise<unknown>[] = [];
        // New connections cost what they cost, whatever is asked for on them, so they come a hundred at a time.
        for (let i = 0; i < sizes.polls; i++) {
          if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
          polls.push(account.ask("GET", `/v3/sync?filter=${narrow}&since=${since}&timeout=20000`));
        }
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await account.must("PUT", `/v3/user/${account.userId}/account_data/org.example`, { n: since });
        await Promise.all(polls);
      },
    },
    {
      name: `50 × /publicRooms of ${sizes.publishedRooms} rooms`,
      isReported: true,
      prepare: () =>
        repeat(sizes.publishedRooms, 8, (i) => account.must("POST", "/v3/createRoom", { visibility: "public", name: `room ${i}` })),
      run: () => repeat(50, 50, () => account.ask("GET", "/v3/publicRooms?limit=1")),
    },
    { name: `initial /sync of ${sizes.publishedRooms} rooms`, run: () => repeat(3, 3, () => account.ask("GET", "/v3/sync")) },
    {
      name: `${sizes.atOnce} × /state of ${sizes.stateEvents} events`,
      prepare: () =>
        repeat(sizes.stateEvents, 8, (i) =>
          account.must("PUT", `/v3/rooms/${smallRoom}/state/org.example/${i}`, { text: text.slice(0, 2_000) }),
        ),
      run: together("GET", `/v3/rooms/${smallRoom}/state`),
    },
    { name: `${sizes.atOnce} × /members`, run: together("GET", `/v3/rooms/${smallRoom}/members`) },
    { name: `${sizes.atOnce} × initialSync of one room`, run: together("GET", `/v3/rooms/${smallRoom}/initialSync`) },
    {
      name: "/sync with account data",
      prepare: () =>
        repeat(sizes.accountData, 4, (i) =>
          account.must("PUT", `/v3/user/${account.userId}/account_data/t${i}`, { text: "x".repeat(200_000) }),
        ),
      run: together("GET", `/v3/sync?filter=${encodeURIComponent(JSON.stringify({ room: { rooms: [] } }))}`),
    },
    {
      name: `${sizes.atOnce} × keys/query of 2,500 users`,
      run: together("POST", "/v3/keys/query", {
        device_keys: Object.fromEntries(Array.from({ length: 2_500 }, (_, i) => [`@u${i}:localhost`, []])),
      }),
    },
    {
      name: `${sizes.atOnce} × keys/claim of 2,500 devices`,
      run: together("POST", "/v3/keys/claim", {
        one_time_keys: Object.fromEntries(Array.from({ length: 2_500 }, (_, i) => [`@u${i}:localhost`, { A: "signed_curve25519" }])),
      }),
    },
    {
      name: `${sizes.atOnce} × sendToDevice to 2,500 devices`,
      run: () => {
        const messages = Object.fromEntries(Array.from({ length: 2_500 }, (_, i) => [`@u${i}:localhost`, { A: { text: "x" } }]));
        return repeat(sizes.atOnce, sizes.atOnce, (i) => account.ask("PUT", `/v3/sendToDevice/org.example/${i}`, { messages }));
      },
    },
    {
      name: "a key backup of 2 × 4 MB, and back",
      run: async () => {
        const { version } = await account.must("POST", "/v3/room_keys/version", { algorithm: "a", auth_data: {} });
        const key = { first_message_index: 0, forwarded_count: 0, is_verified: false, session_data: { text: "x".repeat(300) } };
        for (let upload = 0; upload < 2; upload++) {
          const sessions = Object.fromEntries(Array.from({ length: sizes.backupKeys / 2 }, (_, i) => [`s${upload}x${i}`, key]));
          await account.must("PUT", `/v3/room_keys/keys?version=${version}`, { rooms: { "!a:x": { sessions } } });
        }
        await repeat(4, 4, () => account.ask("GET", `/v3/room_keys/keys?version=${version}`));
      },
    },
    {
      name: "createRoom with 200 events and 100 invites",
      run: () =>
        repeat(4, 4, () =>
          account.ask("POST", "/v3/createRoom", {
            initial_state: Array.from({ length: 200 }, (_, i) => ({ type: "org.example", state_key: `${i}`, content: { text: "x" } })),
            invite: Array.from({ length: 100 }, (_, i) => `@u${i}:localhost`),
          }),
        ),
    },
    {
      name: "events of 500 kB",
      run: () =>
        repeat(sizes.atOnce, sizes.atOnce, (i) =>
          account.ask("PUT", `/v3/rooms/${smallRoom}/send/m.room.message/large${i}`, {
            list: Array.from({ length: 80_000 }, (_, n) => n),
          }),
        ),
    },
    {
      name: "changes of push rules",
      run: () =>
        repeat(100, 10, (i) => account.ask("PUT", `/v3/pushrules/global/content/rule${i}`, { actions: [], pattern: "x".repeat(1_000) })),
    },
    {
      name: "100 logins at once",
      run: () => {
        const identifier = { type: "m.id.user", user: account.userId };
        return repeat(100, 100, () => account.ask("POST", "/v3/login", { type: "m.login.password", identifier, password: "wrong" }));
      },
    },
  ];
}
