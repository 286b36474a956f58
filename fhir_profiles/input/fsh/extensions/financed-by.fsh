Extension: FinancedBy
Id: financed-by
Title: "Financed by"
Description: "The region or municipality on whose behalf a private giver works."
Context: Organization
* insert Title([[Arbetar på uppdrag av]])
* value[x] 1..1
* value[x] only Reference(SEBaseOrganization)
