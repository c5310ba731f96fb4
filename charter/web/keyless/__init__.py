"""The pages of keyless starts: one to claim an application, one that says where its keys are."""
