// Somebody with a browser, as far as a login needs one: follows redirects, keeps cookies, fills in the form.

/** What somebody does on the page of the server. */
export interface Person {
  readonly user: string;
  readonly refuses?: boolean;
  /** Other sites that the server sends the browser over. */
  readonly over?: readonly string[];
}

/** Goes to a page, logs in there, and gives the address of the first other site that the server sends the browser to. */
export async function visit(start: string, { user, refuses = false, over = [] }: Person): Promise<string> {
  const sites = [new URL(start).origin, ...over];
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 20; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const sent = form && { method: "POST", body: form };
    const response = await fetch(url, { ...sent, redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) {
      if (response.status !== 200) throw new Error(`${url}: ${response.status} ${await response.text()}`);
      form = new URLSearchParams({ user, do: refuses ? "deny" : "allow" });
      continue;
    }
    url = new URL(location, url).href;
    if (!sites.includes(new URL(url).origin)) return url;
    form = undefined;
  }
  throw new Error("there is no end of redirects");
}
