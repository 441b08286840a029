import { expect, it } from "vitest";
import { parseEnv } from "node:util";
import { deploymentUrl, envFile } from "./deployment.ts";

it("[CF6] without a target deploying says which variables to set", () => {
  expect(() => deploymentUrl({}, undefined)).toThrow(/CONVEX_DEPLOY_KEY.*CONVEX_SELF_HOSTED_URL/);
});

it("[CF6] half a target, or two that differ, are named", () => {
  const url = "http://10.0.0.4:3210/";
  expect(() => deploymentUrl({ CONVEX_SELF_HOSTED_URL: url }, undefined)).toThrow(/ADMIN_KEY must/);
  expect(() => deploymentUrl({ CONVEX_SELF_HOSTED_ADMIN_KEY: "k" }, undefined)).toThrow(/URL must/);
  expect(() => deploymentUrl({ CONVEX_DEPLOY_KEY: "secret-key" }, undefined)).toThrow(
    /^CONVEX_DEPLOY_KEY must be a deployment's key, such as prod:happy-animal-123\|…$/,
  );
  const cloud = { CONVEX_DEPLOY_KEY: "prod:happy-animal-123|abc" };
  expect(() => deploymentUrl(cloud, "https://other-1.convex.cloud")).toThrow(/leads to/);
});

it("[V1.1.3] [CF6] both kinds of deployment are found by the variables of the stock CLI", () => {
  const own = { CONVEX_SELF_HOSTED_URL: "http://a.example/", CONVEX_SELF_HOSTED_ADMIN_KEY: "k" };
  expect(deploymentUrl(own, undefined)).toBe("http://a.example");
  const cloud = { CONVEX_DEPLOY_KEY: "prod:happy-animal-123|abc" };
  expect(deploymentUrl(cloud, undefined)).toBe("https://happy-animal-123.convex.cloud");
});

it("[CF6] values arrive as they are, whatever marks they hold", () => {
  const variables = { A: "data:text/plain;base64,e30=", B: "it's #1", C: 'say "x" $HOME \\n' };
  expect(parseEnv(envFile(variables))).toEqual(variables);
  expect(() => envFile({ A: "two\nlines" })).toThrow(/A must be a single line/);
});
