/**
 * Under which addresses a browser reaches Convex, told to the page by /config.json and by its content
 * policy. Without a configured address it is the host that the browser itself used, so that
 * `localhost`, `127.0.0.1` and a name in the local network all work.
 */
export type ConvexAddress =
  | { readonly kind: "fixed"; readonly url: string }
  | { readonly kind: "sameHost"; readonly port: number };

/** Everything of Convex's that the page may load: data, and files if they have another address. */
export function convexOrigins(address: ConvexAddress, host: string | undefined): string[] {
  const origins = [new URL(convexUrlFor(address, host)).origin];
  // Convex makes links to files without knowing under which name a browser asks.
  if (address.kind === "sameHost") origins.push(`http://localhost:${address.port}`);
  return [...new Set(origins)];
}

/** @param host the request's Host header; a client may send anything there, so it is checked */
export function convexUrlFor(address: ConvexAddress, host: string | undefined): string {
  if (address.kind === "fixed") return address.url;
  const name = /^([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d+)?$/.exec(host ?? "")?.[1];
  return `http://${name ?? "localhost"}:${address.port}`;
}
