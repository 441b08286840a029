/**
 * What the product must be seen to do. A test that holds a check carries its id in its title
 * (`[V2.2.2] …`); `npm run validation` joins the two into docs/validation.md and fails when a check
 * that is due is held by no passing test. `due` names the piece of work that makes a check binding;
 * moving a name into DUE_WORK is how a piece of work is declared done.
 */
export type Work = "main job" | "whiteboard" | "tutor" | "cut-over";

export const DUE_WORK: readonly Work[] = ["main job"];

export interface Check {
  id: string;
  text: string;
  due: Work;
}

const check = (id: string, due: Work, text: string): Check => ({ id, due, text });

export const CHECKS: readonly Check[] = [
  check("V1.1.1", "main job", "A clean install succeeds"),
  check("V1.1.2", "main job", "Every program type-checks"),
  check("V1.1.3", "main job", "The Convex functions are served embedded and deploy unmodified"),
  check("V1.1.4", "main job", "Configuration is read, and a bad value is named"),
  check("V1.1.5", "main job", "A first function call is answered"),
  check("V1.2.1", "main job", "A session's context is created, read and updated under validation"),
  check("V1.2.2", "main job", "A session lives from its start to its removal"),
  check("V1.2.3", "main job", "1,000 concurrent session operations lose nothing"),
  check("V1.2.4", "main job", "Bad session ids are refused with a code"),
  check("V1.2.5", "main job", "Every field of the tutor's context is typed and checked"),
  check("V2.1.1", "main job", "Sockets open and close cleanly"),
  check("V2.1.2", "main job", "A socket's token is checked before anything else"),
  check("V2.1.3", "main job", "Each message reaches its handler"),
  check("V2.1.4", "main job", "A disconnect leaves nothing behind"),
  check("V2.1.5", "whiteboard", "5,000 sockets are open at once"),
  check("V2.2.1", "main job", "A whole lesson runs over the tutor socket"),
  check("V2.2.2", "main job", "Answers stream"),
  check("V2.2.3", "tutor", "Events arrive in order, each once"),
  check("V2.2.4", "tutor", "A failing model is survived and explained"),
  check("V2.2.5", "main job", "A change of context reaches everyone in the session"),
  check("V2.3.1", "main job", "Several people edit one board at once"),
  check("V2.3.2", "whiteboard", "Every client ends with the same document"),
  check("V2.3.3", "whiteboard", "Conflicting edits are resolved"),
  check("V2.3.4", "whiteboard", "Snapshots are saved and restored"),
  check("V2.3.5", "whiteboard", "Crowded boards stay smooth"),
  check("V3.1.1", "tutor", "Model calls work and their failures are handled"),
  check("V3.1.2", "tutor", "Every agent's input and output is typed"),
  check("V3.1.3", "tutor", "A new agent can be added and run"),
  check("V3.1.4", "tutor", "An agent's run has a context of its own"),
  check("V3.1.5", "tutor", "The model's rate limits are respected"),
  check("V3.2.1", "tutor", "Document analysis equals the legacy analyser's on the same answers"),
  check("V3.2.2", "tutor", "Lesson plans have the expected structure and quality"),
  check("V3.2.3", "tutor", "Session analysis keeps its accuracy"),
  check("V3.2.4", "tutor", "Agents work together"),
  check("V3.2.5", "tutor", "Agents' results are compared with the legacy implementation's"),
  check("V3.3.1", "tutor", "Every agent is registered and found"),
  check("V3.3.2", "tutor", "Agents get the settings meant for them"),
  check("V3.3.3", "tutor", "Agents hand over to each other"),
  check("V3.3.4", "tutor", "Agents' time and cost are recorded"),
  check("V3.3.5", "tutor", "Agents' settings change while running"),
  check("V4.1.1", "main job", "Documents of every supported format are uploaded and read"),
  check("V4.1.2", "main job", "The analysis of a document runs from upload to plan"),
  check("V4.1.3", "tutor", "Good lesson plans come out of real documents"),
  check("V4.1.4", "main job", "Quizzes are made, answered and graded"),
  check("V4.1.5", "cut-over", "Every route answers as the legacy API does"),
];
