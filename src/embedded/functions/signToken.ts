/** Makes the tokens of `ctx.auth.signJwt`: claims of the function's own under the deployment's name. */
import { badRequest } from "../store/databaseError.ts";
import type { JSONObject } from "../values/jsonValue.ts";
import type { RuntimeServices } from "./runtimeServices.ts";

const MAX_LIFE_S = 3_600;
const OWN_CLAIMS = new Set(["iss", "iat", "exp", "nbf"]); // what a relying party trusts us for

/** @param now ms since epoch @throws BAD_REQUEST for a claim or life that is not allowed */
export function signToken(
  services: Pick<RuntimeServices, "signingKey" | "cloudUrl">,
  claims: JSONObject,
  expiresInSeconds: number,
  now: number,
): string {
  const refused = Object.keys(claims).find(
    (claim) => OWN_CLAIMS.has(claim) || /^(?:convex|cvx)/.test(claim),
  );
  if (refused !== undefined) throw badRequest(`The claim "${refused}" is set by the deployment.`);
  const isLifeAllowed =
    Number.isInteger(expiresInSeconds) && expiresInSeconds >= 1 && expiresInSeconds <= MAX_LIFE_S;
  if (!isLifeAllowed) {
    throw badRequest(`A token can live 1 to ${MAX_LIFE_S} seconds, not ${expiresInSeconds}.`);
  }
  const issuedAt = Math.floor(now / 1_000);
  return services.signingKey.sign({
    ...claims,
    iss: services.cloudUrl,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + expiresInSeconds,
  });
}
