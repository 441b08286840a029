/**
 * Whom a connection counts as for limits: its peer's address, or, behind `hops` trusted proxies, the
 * one that the outermost of them saw. Anything further left in X-Forwarded-For was written by the
 * client and is ignored. IPv6 counts by /64, which is what one household or attacker holds.
 */
import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

export function clientAddress(request: IncomingMessage, hops: number): string {
  const peer = request.socket.remoteAddress ?? "unknown"; // unknown: already disconnected
  if (hops === 0) return limitKey(peer);
  const chain = [...forwardedFor(request), peer];
  return limitKey(chain[Math.max(0, chain.length - 1 - hops)] ?? peer);
}

/** Whether the request itself came in over loopback, not through a proxy on this machine. */
export function isDirect(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers["x-forwarded-for"] === undefined && headers.forwarded === undefined;
}

export function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}

function forwardedFor(request: IncomingMessage): string[] {
  const header = request.headers["x-forwarded-for"];
  const text = Array.isArray(header) ? header.join(",") : (header ?? "");
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function limitKey(address: string): string {
  const v4 = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (v4 !== undefined) return v4;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill("0");
  return `${[...left, ...zeros, ...right].slice(0, 4).join(":").toLowerCase()}::/64`;
}
