Profile: SamplanSipCareDoes
Parent: SamplanCareDoes
Id: sip-care-does
Title: "What care does by a SIP"
Description: "An intervention of a coordinated individual plan, with the principal that answers for it."
* insert Swedish([[Insats i en SIP]], [[En insats i en samordnad individuell plan, med den huvudman som ansvarar för den.]])
* category[principal] 1..1
