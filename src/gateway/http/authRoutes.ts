/**
 * `/auth/…`: from HTTP to `Accounts` and back. Bodies are parsed here, and here alone each way in is
 * limited per address, sign-ins per account too (ID5). The rules of identity live in identity/.
 */
import { Hono } from "hono";
import { z } from "zod";
import { MAX_EMAIL_CHARS, MAX_NAME_CHARS } from "../../../convex/contract/limits.ts";
import type { Accounts } from "../identity/accounts.ts";
import type { Logins } from "../identity/logins.ts";
import { bearerToken } from "./httpContext.ts";
import type { HttpEnv } from "./httpContext.ts";
import { limitedBody, readBody } from "./jsonBody.ts";
import type { RateLimits } from "./rateLimits.ts";

/** NIST: length is what counts; no rules about digits and signs. */
const MIN_PASSWORD_CHARS = 8;
/** scrypt takes any length, but hashing megabytes is work for an attacker's profit. */
const MAX_PASSWORD_CHARS = 256;

const zName = z.string().trim().min(1).max(MAX_NAME_CHARS);
const zEmail = z.string().trim().max(MAX_EMAIL_CHARS).pipe(z.email());
const zPassword = z.string().max(MAX_PASSWORD_CHARS);
const zGuest = z.object({ name: zName });
const zLogin = z.object({ email: zEmail, password: zPassword });
const zAccount = z.object({
  name: zName,
  email: zEmail,
  password: zPassword.min(
    MIN_PASSWORD_CHARS,
    `must have at least ${MIN_PASSWORD_CHARS} characters`,
  ),
});
const zRefresh = z.object({ refreshToken: z.string().max(128) });

export function createAuthRoutes(deps: {
  accounts: Accounts;
  logins: Logins;
  limits: RateLimits;
}): Hono<HttpEnv> {
  const { accounts, logins, limits } = deps;
  const routes = new Hono<HttpEnv>();
  routes.use(limitedBody);

  routes.post("/guest", async (c) => {
    limits.takeGuest(c.get("address"));
    const { name } = await readBody(c, zGuest);
    return c.json(await accounts.enterAsGuest(name), 201);
  });

  routes.post("/register", async (c) => {
    limits.takeLogin(c.get("address"));
    const account = await readBody(c, zAccount);
    const token = bearerToken(c);
    const guest = token === undefined ? undefined : await logins.authenticate(token);
    return c.json(await accounts.register(account, guest), 201);
  });

  routes.post("/login", async (c) => {
    limits.takeLogin(c.get("address"));
    const { email, password } = await readBody(c, zLogin);
    limits.takeAccount(email);
    return c.json(await accounts.logIn(email, password));
  });

  routes.post("/refresh", async (c) => {
    limits.takeRefresh(c.get("address"));
    const { refreshToken } = await readBody(c, zRefresh);
    return c.json(await logins.renew(refreshToken));
  });

  routes.post("/logout", async (c) => {
    const { loginId } = await logins.identify(bearerToken(c));
    await logins.close(loginId);
    return c.body(null, 204);
  });

  return routes;
}
