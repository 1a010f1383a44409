gcloud iam service-accounts create trueup-reader --project=PROJECT_ID
gcloud services enable cloudasset.googleapis.com policyanalyzer.googleapis.com \
  agentregistry.googleapis.com agentidentity.googleapis.com admin.googleapis.com --project=PROJECT_ID
for role in roles/cloudasset.viewer roles/policyanalyzer.activityAnalysisViewer \
  roles/agentregistry.viewer roles/agentidentity.viewer; do
  gcloud organizations add-iam-policy-binding ORG_ID --role=$role \
    --member=serviceAccount:trueup-reader@PROJECT_ID.iam.gserviceaccount.com --condition=None
done
