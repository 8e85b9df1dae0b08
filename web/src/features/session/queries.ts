import { queryOptions } from "@tanstack/react-query";

import { readSession } from "@/api/session";

/** Who is signed in. Fails with ApiError 401 where nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: readSession,
  staleTime: Infinity,
  retry: false,
});
