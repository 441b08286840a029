/**
 * Writes what a Convex function takes and gives back the way the reference shows it, from the function's
 * own validators, so that a signature in the reference is either the code's or a failing test.
 */
import { format, resolveConfig } from "prettier";
import type { GenericValidator, ValidatorJSON } from "convex/values";
import { vAgentName, vAgentSettings } from "../../convex/agents/tables.ts";
import { vInsightDigest } from "../../convex/contract/board/insightDigest.ts";
import { vErrorCode } from "../../convex/contract/errors.ts";
import { vDocumentState, vKeyConcept, vKeyTerm } from "../../convex/documents/tables.ts";
import { vJobName, vJobProgress } from "../../convex/jobs/tables.ts";
import { vObjective, vObjectiveState } from "../../convex/lessons/tables.ts";
import { vQuestionKind, vQuizResponse, vQuizState } from "../../convex/quizzes/tables.ts";
import { vReportContent, vReportState } from "../../convex/reports/tables.ts";
import {
  vFocusObjective,
  vGrantableRole,
  vInteractionMode,
  vLearnerModel,
  vPedagogicalAction,
  vPendingInteraction,
  vRole,
  vSessionSettings,
  vSessionState,
} from "../../convex/sessions/tables.ts";
import { vPromptContext } from "../../convex/turns/promptContext.ts";
import { vCitation, vLiveTurnState, vStoredEvent, vTurnState } from "../../convex/turns/tables.ts";
import { vUserKind } from "../../convex/users/tables.ts";

/** Types that have a name in the reference, in the order in which it explains them. */
const NAMED: Record<string, GenericValidator> = {
  UserKind: vUserKind,
  Role: vRole,
  GrantableRole: vGrantableRole,
  InteractionMode: vInteractionMode,
  SessionSettings: vSessionSettings,
  SessionState: vSessionState,
  FocusObjective: vFocusObjective,
  LearnerModel: vLearnerModel,
  PendingInteraction: vPendingInteraction,
  PedagogicalAction: vPedagogicalAction,
  DocumentState: vDocumentState,
  KeyConcept: vKeyConcept,
  KeyTerm: vKeyTerm,
  Objective: vObjective,
  ObjectiveState: vObjectiveState,
  TurnState: vTurnState,
  LiveTurnState: vLiveTurnState,
  Citation: vCitation,
  StoredEvent: vStoredEvent,
  PromptContext: vPromptContext,
  QuizState: vQuizState,
  QuestionKind: vQuestionKind,
  QuizResponse: vQuizResponse,
  ReportState: vReportState,
  ReportContent: vReportContent,
  InsightDigest: vInsightDigest,
  JobName: vJobName,
  JobProgress: vJobProgress,
  AgentName: vAgentName,
  AgentSettings: vAgentSettings,
  ErrorCode: vErrorCode,
};
const NAME_OF = new Map(Object.entries(NAMED).map(([name, v]) => [keyOf(jsonOf(v)), name]));

function jsonOf(validator: GenericValidator): ValidatorJSON {
  return (validator as unknown as { json: ValidatorJSON }).json;
}

function keyOf(json: ValidatorJSON): string {
  return JSON.stringify(json);
}

/** A function as the engine analyses it. */
export interface ExportedFunction {
  isQuery?: true;
  isMutation?: true;
  isAction?: true;
  isPublic?: true;
  exportArgs(): string;
  exportReturns(): string;
}

/** `type Start = Mutation<args, returns>;`, as Prettier writes it in the reference. */
export async function signatureOf(path: string, fn: ExportedFunction): Promise<string> {
  const type = fn.isQuery ? "Query" : fn.isMutation ? "Mutation" : "Action";
  const args = render(JSON.parse(fn.exportArgs()) as ValidatorJSON);
  const returns = render(JSON.parse(fn.exportReturns()) as ValidatorJSON);
  const name = path.split(":")[1] ?? "";
  const typeName = name.charAt(0).toUpperCase() + name.slice(1);
  return await formatted(`type ${typeName} = ${type}<${args}, ${returns}>`);
}

/** `type Role = …;` for every named type. */
export async function namedTypes(): Promise<string> {
  const lines = Object.entries(NAMED).map(
    ([name, v]) => `type ${name} = ${renderShape(jsonOf(v))}`,
  );
  return await formatted(lines.join("\n"));
}

async function formatted(source: string): Promise<string> {
  const options = await resolveConfig("docs/api.md");
  return (await format(source, { ...options, parser: "typescript" })).trimEnd();
}

function render(json: ValidatorJSON): string {
  return NAME_OF.get(keyOf(json)) ?? renderShape(json);
}

function renderShape(json: ValidatorJSON): string {
  switch (json.type) {
    case "object": {
      const fields = Object.entries(json.value).map(([key, { fieldType, optional }]) => {
        return `${key}${optional ? "?" : ""}: ${render(fieldType)}`;
      });
      return `{ ${fields.join("; ")} }`;
    }
    case "union":
      return json.value.map(render).join(" | ");
    case "array":
      return `(${render(json.value)})[]`;
    case "id":
      return `Id<"${json.tableName}">`;
    case "literal":
      return JSON.stringify(json.value);
    case "bytes":
      return "ArrayBuffer";
    case "record":
      return "Record<string, unknown>";
    default:
      return json.type;
  }
}
