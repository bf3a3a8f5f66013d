"""Cases: what is known of some territories beside what all of France has, found by asking for communes.

Portraits, dossiers, maps and ``tigis land`` ask; none of them knows any case. Alès Agglomération is shipped;
``docs/cases.md`` says how to make one of your own.
"""

from tiGIS.cases._known import RESERVED, BusinessLand, Case, CaseTable, all_cases, cases_of, register

__all__ = ["RESERVED", "BusinessLand", "Case", "CaseTable", "all_cases", "cases_of", "register"]
