Profile: SamplanActivity
Parent: ServiceRequest
Id: activity
Title: "Activity"
Description: "Something planned in a patient contract: what the person, care or others do, or what to do when it gets worse. Each kind has a profile of its own."
* insert Swedish([[Aktivitet]], [[Något som är planerat i ett patientkontrakt: vad personen, vården eller andra gör, eller vad som gäller om det blir sämre.]])
* insert OfGiver
* insert AsItStands
* ^abstract = true
* intent = #plan
* doNotPerform 0..0
* doNotPerform ^short = "What is agreed is to be done; what not to do is said in words"
* category 1..*
* category insert ByConcept
* category contains part 1..1
* category[part] insert OfSystem(https://samplan.se/fhir/CodeSystem/agreement-part)
* category[part] from AgreementPartCodes (required)
* category[part] ^short = "Which part of the agreement it is"
* subject only Reference(SEBasePatient)
