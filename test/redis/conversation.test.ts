/** One conversation on several companions as processes, with a scripted model that talks for long. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startInstallation, type Installation } from "../support/companions.ts";
import {
  MODEL_NAME,
  QUESTIONS,
  startScriptedModel,
  type ScriptedModel,
} from "../support/scriptedModel.ts";
import { openTutorLine, type TutorLine } from "../support/tutorLine.ts";

let model: ScriptedModel;
let installation: Installation;
beforeAll(async () => {
  model = await startScriptedModel();
  installation = await startInstallation(2, { MODEL_BASE_URL: model.baseUrl, MODEL_NAME });
});
afterAll(async () => {
  await installation.dispose();
  await model.stop();
});

const turnOf = (line: TutorLine) => line.state().turn;
const textOf = (line: TutorLine) => () => turnOf(line)?.text.length ?? 0;
const phaseOf = (line: TutorLine) => () => turnOf(line)?.phase.kind;

it("[TU14] [TU15] an answer streams to people on another companion, and who may stops it there", async () => {
  const { sessionId, tokens } = await installation.startSession(3);
  const [near, far] = installation.companions.map(({ url }) => ({ url, sessionId }));
  const asker = await openTutorLine(near!, tokens[1]!);
  const [owner, classmate] = [
    await openTutorLine(far!, tokens[0]!),
    await openTutorLine(far!, tokens[2]!),
  ];
  const asked = await asker.ask(QUESTIONS.endless);
  const turnId = "turnId" in asked ? asked.turnId : "";
  await expect.poll(textOf(owner)).toBeGreaterThan(0);
  const heard = textOf(owner)();
  await expect.poll(textOf(owner)).toBeGreaterThan(heard);
  expect(phaseOf(asker)()).toBe("speaking");

  expect(await classmate.stop(turnId)).toEqual({ code: "FORBIDDEN" });
  expect(phaseOf(asker)()).toBe("speaking");
  expect(await owner.stop(turnId)).not.toHaveProperty("code");
  for (const line of [asker, owner, classmate]) await expect.poll(phaseOf(line)).toBe("cancelled");
  for (const line of [owner, classmate]) expect(line.state()).toEqual(asker.state());
});
