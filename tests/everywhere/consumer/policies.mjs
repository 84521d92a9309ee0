// A consumer that uses nothing but the list of policies.
import { POLICIES } from "suballoc";

console.log(POLICIES.join());
