/**
 * Turns the claims of a verified token into the identity that functions see: standard OIDC claims in
 * camelCase, custom claims as they are, nested ones flattened to dotted names.
 */
import type { JWTPayload } from "jose";
import type { JSONValue } from "convex/values";

/** OIDC claim → field of `UserIdentity`. */
const STANDARD_CLAIMS: Readonly<Record<string, string>> = {
  name: "name",
  given_name: "givenName",
  family_name: "familyName",
  nickname: "nickname",
  preferred_username: "preferredUsername",
  profile: "profileUrl",
  picture: "pictureUrl",
  website: "websiteUrl",
  email: "email",
  email_verified: "emailVerified",
  gender: "gender",
  birthdate: "birthday",
  zoneinfo: "timezone",
  locale: "language",
  phone_number: "phoneNumber",
  phone_number_verified: "phoneNumberVerified",
};

/**
 * Facts about the token, not about its holder. Left out also because they change with every refresh, and
 * an identity that stays the same lets results be shared and queries rest.
 */
const TOKEN_CLAIMS = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]);

/** Names that a custom claim must not take over. */
const RESERVED = new Set(["tokenIdentifier", "subject", "issuer", "__proto__"]);

export type UserAttributes = Record<string, JSONValue>;

/** @param issuer the `iss` claim as the token gives it */
export function userAttributes(
  claims: JWTPayload,
  issuer: string,
  subject: string,
): UserAttributes {
  const attributes: UserAttributes = {
    tokenIdentifier: `${issuer}|${subject}`,
    subject,
    issuer,
  };
  for (const [claim, value] of Object.entries(claims)) {
    if (TOKEN_CLAIMS.has(claim) || value === undefined || value === null) continue;
    const standard = STANDARD_CLAIMS[claim];
    if (standard !== undefined) attributes[standard] = value as JSONValue;
    else if (claim === "address") attributes["address"] = formattedAddress(value);
    else if (claim === "updated_at") attributes["updatedAt"] = isoTime(value);
    else addCustomClaim(attributes, claim, value as JSONValue);
  }
  return attributes;
}

function addCustomClaim(attributes: UserAttributes, name: string, value: JSONValue): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [field, nested] of Object.entries(value)) {
      addCustomClaim(attributes, `${name}.${field}`, nested);
    }
  } else if (!RESERVED.has(name)) {
    attributes[name] = value;
  }
}

function formattedAddress(value: unknown): JSONValue {
  if (typeof value === "object" && value !== null && "formatted" in value) {
    return String(value.formatted);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isoTime(value: unknown): JSONValue {
  return typeof value === "number" ? new Date(value * 1000).toISOString() : String(value);
}
