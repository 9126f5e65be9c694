// Where the provider keeps what it issues. Unlike its own store, a refresh token goes on until what came for it is used, as the specification of
// Matrix wants it: an answer that was lost can be had again.
import type { Adapter, AdapterConstructor, AdapterPayload } from "oidc-provider";

/** The store of a provider. */
export interface TokenAdapter {
  readonly adapter: AdapterConstructor | ((name: string) => Adapter);
  /** Tells that an access token was used. */
  used(id: string): void;
  /** Forgets everything of some kinds. */
  clear(...kinds: readonly string[]): void;
}

/** Makes an empty one. */
export function tokenAdapter(): TokenAdapter {
  const kept = new Map<string, AdapterPayload>();
  /** Refresh tokens that are replaced, and not used up yet, by grant. */
  const replaced = new Map<string, { readonly key: string; readonly at: number }>();
  const order = new Map<string, number>();
  const useUp = (grantId: string | undefined, key: string): void => {
    const old = grantId === undefined ? undefined : replaced.get(grantId);
    if (!old || grantId === undefined || (order.get(key) ?? 0) < old.at) return;
    replaced.delete(grantId);
    const payload = kept.get(old.key);
    if (payload) payload["consumed"] = true;
  };
  const adapter = (name: string): Adapter => ({
    async upsert(id, payload) {
      kept.set(`${name}:${id}`, { ...payload });
      order.set(`${name}:${id}`, order.size + 1);
    },
    async find(id) {
      const payload = kept.get(`${name}:${id}`);
      if (name === "RefreshToken" && payload) useUp(payload.grantId, `${name}:${id}`);
      return payload && { ...payload };
    },
    findByUserCode: async () => undefined,
    findByUid: async (uid) => [...kept].find(([key, payload]) => key.startsWith(`${name}:`) && payload.uid === uid)?.[1],
    async consume(id) {
      const payload = kept.get(`${name}:${id}`);
      if (name !== "RefreshToken" && payload) payload["consumed"] = true;
      else if (payload?.grantId !== undefined) replaced.set(payload.grantId, { key: `${name}:${id}`, at: order.size + 1 });
    },
    async destroy(id) {
      kept.delete(`${name}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key);
    },
  });
  return {
    adapter,
    used: (id) => useUp(kept.get(`AccessToken:${id}`)?.grantId, `AccessToken:${id}`),
    clear: (...kinds) => {
      for (const key of kept.keys()) if (kinds.includes(key.split(":", 1)[0] ?? "")) kept.delete(key);
    },
  };
}
