import { describe, expect, it } from "vitest";
import type { CanvasObject } from "../boardOps.ts";
import { LayoutAllocator } from "./layoutAllocator.ts";
import { findZone } from "./layoutTemplates.ts";
import { questionAt, questionInZone, questionSize } from "./questionCard.ts";
import { feedbackOps } from "./questionFeedback.ts";

const question = { questionId: "12345678", question: "Which?", options: ["a", "b", "c", "d"] };
const byRole = (objects: readonly CanvasObject[], role: string) =>
  objects.filter((object) => object.metadata?.role === role);

describe("a question on the board", () => {
  it("[BV13] lies where the legacy API drew it: the first at (0, 0), the next below, six of them", () => {
    const allocator = new LayoutAllocator();
    const regions = Array.from({ length: 7 }, () => allocator.reserve(questionSize(4)));
    expect(regions.map((region) => region?.y)).toEqual([0, 280, 560, 840, 1120, 1400, undefined]);
    const objects = questionAt(question, regions[0]!);
    expect(objects[0]).toMatchObject({ x: 0, y: 0, width: 700, text: "Which?", fontSize: 18 });
    const radios = byRole(objects, "option_selector");
    expect(radios.map(({ x, y }) => [x, y])).toEqual([58, 98, 138, 178].map((y) => [20, y]));
    expect(byRole(objects, "option_label").map(({ x, y }) => [x, y])).toEqual(
      [58, 98, 138, 178].map((y) => [45, y]),
    );
  });

  it("[BV13] fills a zone in fractions of the board", () => {
    const objects = questionInZone(question, findZone("default_board", "question_area")!);
    const rounded = (value: unknown) => Math.round(Number(value) * 1e6) / 1e6;
    const [head] = objects;
    expect([head?.xPct, head?.yPct, head?.widthPct, head?.heightPct].map(rounded)).toEqual([
      ...[0.05, 0.05, 0.9, 0.05],
    ]);
    const labels = byRole(objects, "option_label");
    expect(labels.map(({ yPct }) => rounded(yPct))).toEqual([0.11, 0.145, 0.18, 0.215]);
    expect(
      labels.map(({ xPct, widthPct, heightPct }) => [xPct, widthPct, heightPct].map(rounded)),
    ).toEqual(labels.map(() => [0.095, 0.855, 0.03]));
    const radios = byRole(objects, "option_selector");
    expect(radios.map(({ xPct, yPct }) => [xPct, yPct].map(rounded))).toEqual(
      [0.125, 0.16, 0.195, 0.23].map((y) => [0.068, y]),
    );
  });

  it("[BV13] shows its feedback where the legacy API drew it, beside the question it is about", () => {
    const answer = {
      questionId: "12345678",
      option: 2,
      isCorrect: true,
      options: 4,
      words: "Yes.",
    };
    const ops = feedbackOps(answer, { x: 0, y: 0 });
    const added = ops.flatMap((op) => (op.type === "add" ? [op.object] : []));
    expect(added).toMatchObject([
      {
        ...{ id: "mcq-12345678-opt-2-mark", text: "✓", fontSize: 20, x: 400, y: 180 },
        ...{ fill: "#2ECC71", metadata: { role: "mcq_feedback_mark" } },
      },
      {
        ...{ id: "mcq-12345678-feedback-text", text: "Yes.", fontSize: 16, x: 0, y: 300 },
        ...{ width: 700, fill: "#333333", metadata: { role: "mcq_feedback_text" } },
      },
    ]);
    const updates = new Map(
      ops.flatMap((op) => (op.type === "update" ? [[op.objectId, op.changes] as const] : [])),
    );
    expect(updates.size).toBe(8);
    expect([...updates.values()].every(({ selectable }) => selectable === false)).toBe(true);
    expect(updates.get("mcq-12345678-opt-2-radio")).toMatchObject({
      ...{ fill: "#2ECC71", stroke: "#2ECC71" },
    });
    expect(updates.get("mcq-12345678-opt-1-radio")).toEqual({ selectable: false });
    const wrong = feedbackOps({ ...answer, isCorrect: false }, { x: 10, y: 280 });
    expect(wrong[0]).toMatchObject({ object: { text: "✗", x: 410, y: 460, fill: "#E74C3C" } });
  });

  it("[BV13] is known by its ids, roles and option numbers, which old clients look for", () => {
    const objects = questionAt(question, { x: 0, y: 0 });
    expect(objects.map(({ id }) => id)).toEqual([
      "mcq-12345678-text",
      ...[0, 1, 2, 3].flatMap((i) => [`mcq-12345678-opt-${i}-radio`, `mcq-12345678-opt-${i}-text`]),
    ]);
    const [, radio, text] = objects;
    expect(radio).toMatchObject({ kind: "circle", radius: 8, stroke: "#555555", fill: "#FFFFFF" });
    expect(radio?.metadata).toMatchObject({ option_id: 0, question_id: "12345678" });
    expect(text).toMatchObject({ text: "A. a", fontSize: 16, fill: "#333333" });
    expect(new Set(objects.map(({ groupId }) => groupId))).toEqual(new Set(["12345678"]));
  });
});
