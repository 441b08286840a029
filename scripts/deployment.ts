/** Where `npm run deploy` goes, read from the variables that the stock CLI reads, and what it sends. Pure. */

const HOW =
  "Say where to deploy: CONVEX_DEPLOY_KEY for Convex Cloud (dashboard, settings, deploy key), or " +
  "CONVEX_SELF_HOSTED_URL and CONVEX_SELF_HOSTED_ADMIN_KEY for a Convex of your own.";

/**
 * The address of the deployment that the CLI's variables name; it must be the CONVEX_URL that companions
 * use, if that is set. @throws Error that says what to set
 */
export function deploymentUrl(
  variables: Readonly<Record<string, string | undefined>>,
  convexUrl: string | undefined,
): string {
  const url = selfHostedUrl(variables) ?? cloudUrl(variables);
  if (convexUrl !== undefined && new URL(convexUrl).origin !== new URL(url).origin) {
    throw new Error(`CONVEX_URL is ${convexUrl}, but the deploy key leads to ${url}`);
  }
  return convexUrl ?? url;
}

function selfHostedUrl(variables: Readonly<Record<string, string | undefined>>) {
  const url = variables["CONVEX_SELF_HOSTED_URL"];
  const key = variables["CONVEX_SELF_HOSTED_ADMIN_KEY"];
  if (url === undefined && key === undefined) return undefined;
  if (url === undefined) throw new Error("CONVEX_SELF_HOSTED_URL must name the deployment");
  if (key === undefined) throw new Error("CONVEX_SELF_HOSTED_ADMIN_KEY must hold its admin key");
  if (!URL.canParse(url)) throw new Error("CONVEX_SELF_HOSTED_URL must be an address");
  return url.replace(/\/+$/, "");
}

/** A deploy key reads `prod:happy-animal-123|…`; the name is the deployment's own. */
function cloudUrl(variables: Readonly<Record<string, string | undefined>>): string {
  const key = variables["CONVEX_DEPLOY_KEY"];
  if (key === undefined) throw new Error(HOW);
  const name = /^(?:prod|dev):([a-z0-9-]+)\|/.exec(key)?.[1];
  if (name === undefined) {
    throw new Error(
      "CONVEX_DEPLOY_KEY must be a deployment's key, such as prod:happy-animal-123|…",
    );
  }
  return `https://${name}.convex.cloud`;
}

/** The variables in the form that `convex env set` reads from its standard input. */
export function envFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (/[\r\n]/.test(value)) throw new Error(`${name} must be a single line`);
      const quote = ["'", '"', "`"].find((mark) => !value.includes(mark));
      if (quote === undefined) throw new Error(`${name} holds every kind of quotation mark`);
      return `${name}=${quote}${value}${quote}\n`;
    })
    .join("");
}
