/**
 * The projector follows the teacher: windows of one browser tell each other what they show.
 *
 * The room itself need not know; a projector on another computer is turned by its own buttons.
 */

const ASK = "?";

const channel = (code) => new BroadcastChannel(`summit-room-${code}`);

/** The teacher's window says which view it shows, now and to whoever asks; returns how to stop. */
export function lead(code, view) {
  const talk = channel(code);
  talk.onmessage = ({ data }) => {
    if (data === ASK) talk.postMessage(view);
  };
  talk.postMessage(view);
  return () => talk.close();
}

/** Turn to the view that the teacher's window shows, now and whenever it changes. */
export function follow(code, turn) {
  const talk = channel(code);
  talk.onmessage = ({ data }) => {
    if (data !== ASK) turn(data);
  };
  talk.postMessage(ASK);
  return () => talk.close();
}
