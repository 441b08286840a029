/**
 * Every public function × everyone who might call it. The functions are taken from the modules themselves: one
 * that has no row here fails, and so does a row without a function. Rules AC2, SE3.
 */
import { expect, describe, it } from "vitest";
import type { WithoutSystemFields } from "convex/server";
import { api } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import schema from "./schema.ts";
import { call, FUNCTIONS } from "./test.publicFunctions.ts";
import { SERVICE_ROWS } from "./test.serviceRows.ts";
import { asPerson, asService, refused } from "./test.setup.ts";
import { ROLES, STUDENT_ROWS } from "./test.studentRows.ts";
import { makeWorld, type World } from "./test.world.ts";

it("[AC2] every public function has a row in this matrix, and every row a function", () => {
  const rows = [...Object.keys(STUDENT_ROWS), ...Object.keys(SERVICE_ROWS)];
  expect(rows.sort()).toEqual([...FUNCTIONS.keys()].sort());
});

describe.each(Object.entries(STUDENT_ROWS))("%s", (path, { args, allowed, outsider }) => {
  it.each(ROLES)("[SE3] lets in the roles that may: %s", async (role) => {
    const world = await makeWorld();
    const attempt = call(world[role].client, path, args(world));
    if (allowed.includes(role)) await expect(attempt).resolves.toBeDefined();
    else await expect(attempt).rejects.toMatchObject(refused("FORBIDDEN"));
  });

  it("[SE3] tells whoever takes no part nothing", async () => {
    const world = await makeWorld();
    const attempt = call(world.stranger.client, path, args(world));
    if (outsider === "ok") await expect(attempt).resolves.toBeDefined();
    else await expect(attempt).rejects.toMatchObject(refused("NOT_FOUND"));
  });

  it("[AC2] refuses no token, a foreign issuer, the companion, a revoked login and a forged one", async () => {
    const world = await makeWorld();
    const { t, owner, stranger } = world;
    const { userId, loginId } = owner;
    const claims = { subject: userId, sid: loginId };
    for (const client of [
      t,
      t.withIdentity({ ...claims, issuer: "https://elsewhere.test" }),
      asService(t),
      asPerson(t, userId, stranger.loginId),
      asPerson(t, userId, "nonsense"),
      t.withIdentity({ issuer: "https://lectern.test", subject: userId }),
    ]) {
      await expect(call(client, path, args(world))).rejects.toMatchObject(
        refused("UNAUTHENTICATED"),
      );
    }
    await asService(t).mutation(api.users.logins.revoke, { loginId });
    await expect(call(owner.client, path, args(world))).rejects.toMatchObject(
      refused("UNAUTHENTICATED"),
    );
  });

  it("[SE3] refuses ids of what is gone, of other tables, and nonsense", async () => {
    const world = await makeWorld();
    const given = args(world);
    for (const [name, id] of Object.entries(given)) {
      if (!/^[a-z]+Id$/u.test(name) || name === "objectiveId") continue;
      const gone = await goneLike(world, id as Id<"sessions">);
      await expect(
        call(world.owner.client, path, { ...given, [name]: gone }),
      ).rejects.toMatchObject(refused("NOT_FOUND"));
      for (const wrong of [world.inviteCode, "", world.storageId]) {
        await expect(call(world.owner.client, path, { ...given, [name]: wrong })).rejects.toThrow();
      }
    }
  });
});

describe.each(Object.entries(SERVICE_ROWS))("%s", (path, args) => {
  it("[AC2] answers the companion and nobody else", async () => {
    const world = await makeWorld();
    const { t, owner } = world;
    const given = args(world);
    await expect(call(t, path, given)).rejects.toMatchObject(refused("UNAUTHENTICATED"));
    const impostor = t.withIdentity({
      issuer: "https://lectern.test/service",
      subject: "somebody",
    });
    for (const client of [owner.client, impostor]) {
      await expect(call(client, path, given)).rejects.toMatchObject(refused("FORBIDDEN"));
    }
    const attempt = call(asService(t), path, given);
    // The session has a live turn, so a second one is refused; for everyone else it would not get that far.
    if (path === "turns/run:begin")
      await expect(attempt).rejects.toMatchObject(refused("CONFLICT"));
    else await expect(attempt).resolves.toBeDefined();
  });
});

/** An id of the same table as `id` whose row is gone. */
async function goneLike({ t }: World, id: Id<"sessions">): Promise<string> {
  return await t.run(async (ctx) => {
    const tables = Object.keys(schema.tables) as "sessions"[];
    const table = tables.find((name) => ctx.db.normalizeId(name, id) !== null);
    const row = table === undefined ? null : await ctx.db.get(table, id);
    if (table === undefined || row === null) throw new Error("the world is incomplete");
    const isSystem = ([field]: [string, unknown]) => field === "_id" || field === "_creationTime";
    const fields = Object.entries(row).filter((entry) => !isSystem(entry));
    const gone = await ctx.db.insert(
      table,
      Object.fromEntries(fields) as WithoutSystemFields<typeof row>,
    );
    await ctx.db.delete(table, gone);
    return gone;
  });
}
