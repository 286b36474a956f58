// CareTeam.participant and Provenance.agent have this element; R4's Appointment.participant does not.
Extension: OnBehalfOf
Id: on-behalf-of
Title: "On behalf of"
Description: "The unit for which the participant takes part."
Context: Appointment.participant
* insert Title([[Företräder]])
* value[x] 1..1
* value[x] only Reference(SEBaseOrganization or HealthcareService)
