/** All keys of the board, for whoever asks by "?" or the button with the keyboard. */
import { Dialog } from "../../shell/Dialog.tsx";
import { KEY_HELP } from "./keyHelp.ts";

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys of the board" onClose={onClose}>
      <div className="keys-groups">
        {KEY_HELP.map(({ title, rows }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(({ keys, does }) => (
                <div key={does}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
