import { useCallback, useEffect, useRef, useState } from "react";

/** Closer than this to the end counts as being there. */
const NEAR_PX = 32;

export interface StickToBottom {
  scroller: React.RefObject<HTMLDivElement | null>;
  content: React.RefObject<HTMLDivElement | null>;
  following: boolean;
  follow: () => void;
}

/** Follows growing content until the reader scrolls up, and again once the reader is back at the end. */
export function useStickToBottom(): StickToBottom {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const followingNow = useRef(true);
  const [following, setFollowing] = useState(true);

  const setBoth = useCallback((value: boolean) => {
    followingNow.current = value;
    setFollowing(value);
  }, []);
  const follow = useCallback(() => {
    setBoth(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [setBoth]);

  useEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (!box || !inner) return;
    let lastTop = box.scrollTop;
    const onScroll = () => {
      const near = box.scrollHeight - box.clientHeight - box.scrollTop < NEAR_PX;
      const movedUp = box.scrollTop < lastTop;
      lastTop = box.scrollTop;
      if (near) setBoth(true);
      else if (movedUp) setBoth(false);
    };
    // A turn of the wheel must win even where the next chunk arrives before its scroll event.
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0 && box.scrollHeight > box.clientHeight) setBoth(false);
    };
    const observer = new ResizeObserver(() => {
      if (followingNow.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(inner);
    observer.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    box.addEventListener("wheel", onWheel, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", onScroll);
      box.removeEventListener("wheel", onWheel);
    };
  }, [setBoth]);

  return { scroller, content, following, follow };
}
