import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { clientAddress } from "./clientAddress.ts";

function requestFrom(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

it("[GW8] without trusted proxies X-Forwarded-For changes nothing", () => {
  expect(clientAddress(requestFrom("10.0.0.5", "1.2.3.4"), 0)).toBe("10.0.0.5");
});

it("[GW8] behind proxies the address that the outermost one saw counts, not what a client wrote", () => {
  const request = requestFrom("10.0.0.2", "6.6.6.6, 203.0.113.7, 10.0.0.1");
  expect(clientAddress(request, 1)).toBe("10.0.0.1");
  expect(clientAddress(request, 2)).toBe("203.0.113.7");
  expect(clientAddress(requestFrom("10.0.0.2"), 2)).toBe("10.0.0.2");
});

it.each([
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
  ["::1", "0:0:0:0::/64"],
])("[GW8] %s counts as %s", (address, key) => {
  expect(clientAddress(requestFrom(address), 0)).toBe(key);
});
