// Finding and making elements.

/** The element with this id; the page is broken without it. */
export function byId<E extends Element>(id: string, type: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`#${id} is not a ${type.name}`);
  return found;
}

/** The first element inside `root` that matches. */
export function within<E extends Element>(
  root: ParentNode,
  selector: string,
  type: new () => E,
): E {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`${selector} is not a ${type.name}`);
  return found;
}

type Content = Node | string;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...content: Content[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...content);
  return made;
}

export function option(value: string, label: string): HTMLOptionElement {
  return element("option", { value }, label);
}

/** Runs `task` once a frame at most, however often it is asked for. */
export function oncePerFrame(task: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      task();
    });
  };
}
